import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation
import ModelZoo

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Measure average precision, of a model or of detections in files; how often a classifier or a segmenter is right.",
    discussion: """
      Either a model detects on labelled images (--data, and --model unless the sample model is meant), or detections \
      that some program wrote are compared with ground truth (--ground-truth, --detections). The protocol is COCO's \
      unless --protocol says otherwise: AP over IoU 0.50 to 0.95 in steps of 0.05, at most 100 detections per image and class. \
      --iou-type segm compares masks in place of boxes, of files that have them or of a model that predicts them, and boundary the \
      masks and their boundaries; --analysis, --csv and --html are then of masks too.

      A classifier is measured on what 'train' takes for one: top-1, top-5, the classes, their confusion, calibration \
      and intervals; --html has the images that it is most confidently wrong about.

      A segmenter, or label files with --label-maps, is measured by one confusion matrix over all labelled pixels: mean IoU, \
      IoU and accuracy of every class, pixel accuracy and frequency-weighted IoU; and by F of the classes' boundaries, the mean \
      over images and their classes (Csurka et al. 2013). Where a class is a border between cells, the regions that it \
      separates have ISBI 2012's Rand and information scores, means over the images. Ignored pixels count for nothing. \
      --tiles and --test-time-augmentation are for segmenters alone.

      Where --ground-truth is a panoptic COCO file, --detections is one too, and panoptic quality (Kirillov et al. 2019) is \
      computed as panopticapi does: of all classes, of things, of stuff, and of each.
      """)

  @OptionGroup var input: EvaluationInput
  @Option(name: .customLong("protocol"), help: "Rules of the evaluation: coco, voc2007 or voc2010.")
  var rules: EvaluationProtocol.Rules = .coco
  @Option(
    help: """
      What overlaps are of, by COCO's protocol: bbox, segm (masks) or boundary (the smaller of the IoU of masks and of \
      their boundaries).
      """)
  var iouType: IoUType = .bbox
  @Option(help: "One IoU threshold instead of the protocol's own.")
  var iouThreshold: Double?
  @Option(help: "COCO's maxima of detections per image and class; the protocols of VOC count all.")
  var maxDetections = "1,10,100"
  @Option(help: "VOC's objects flagged as difficult: ignored (the default, as VOC has it) or counted like any other.")
  var difficult: DifficultObjects?
  @Option(help: "Write the detections as COCO results (JSON).")
  var saveDetections: String?
  @Option(help: "Write the ground truth as COCO annotations (JSON).")
  var saveGroundTruth: String?
  @Option(
    help: ArgumentHelp(
      "Label files (PNG) of some program, as 'segment' writes them, to compare with those of --data; no model is run.",
      valueName: "folder"))
  var labelMaps: String?
  @OptionGroup var tiles: TileArguments
  @Option(
    help: ArgumentHelp(
      "Class of label maps that separates regions; by default, of two classes, the one called membrane, border or boundary.",
      valueName: "name"))
  var borderClass: String?
  @Option(
    help:
      "How far apart boundaries of label maps may be, as a share of the image's diagonal (up to 0.05; default 0.0075).")
  var boundaryTolerance: Double?
  @OptionGroup var output: EvaluationOutput
  @Option(help: "Measure only a share of the images, such as 2/4, and write it to --part, for 'merge'.")
  var shard: EvaluationShard.Position?
  @Option(help: "Where the share of --shard goes.")
  var part: String?

  func validate() throws {
    if let iouThreshold, !(iouThreshold > 0 && iouThreshold <= 1) {
      throw ValidationError("--iou-threshold lies above 0 and up to 1; it is \(iouThreshold)")
    }
    if iouType.needsMasks {
      guard rules == .coco else { throw ValidationError("--iou-type \(iouType.rawValue) goes with --protocol coco") }
      guard shard == nil else { throw ValidationError("--shard is of boxes; it goes without --iou-type") }
    }
    try output.validate(evaluationProtocol())
    if difficult != nil, rules == .coco {
      throw ValidationError("--difficult goes with --protocol voc2007 or voc2010; COCO does not know difficult objects")
    }
    guard (shard != nil) == (part != nil) else { throw ValidationError("--shard and --part go together") }
    if shard != nil, (output.files.map(\.path) + [saveDetections, saveGroundTruth]).contains(where: { $0 != nil }) {
      throw ValidationError("a share has no metrics of its own; write them with 'merge'")
    }
    try input.refuse([("--save-detections", saveDetections), ("--label-maps", labelMaps)])
    for option in tiles.given where input.model == nil || labelMaps != nil {
      throw ValidationError("\(option) goes with --model, a segmenter's")
    }
    if let boundaryTolerance, !(0...0.05).contains(boundaryTolerance) {
      throw ValidationError("--boundary-tolerance lies between 0 and 0.05; it is \(boundaryTolerance)")
    }
    if labelMaps != nil, input.model != nil {
      throw ValidationError("--label-maps takes no --model: its files are compared")
    }
  }

  private func evaluationProtocol() throws -> EvaluationProtocol {
    EvaluationProtocol(
      rules, iouThreshold: iouThreshold, maximumDetections: try maxima(), countsDifficult: difficult == .counted,
      iouType: iouType)
  }

  private func maxima() throws -> [Int] {
    let numbers = maxDetections.split(separator: ",").map { Int($0) }
    let known = numbers.compactMap(\.self)
    guard !known.isEmpty, known.count == numbers.count, known.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--max-detections takes numbers such as 1,10,100, not \(maxDetections)")
    }
    return known
  }

  func run() throws {
    try reportingErrors {
      let saved = [("--save-detections", saveDetections), ("--save-ground-truth", saveGroundTruth), ("--part", part)]
      try RunOutputs(texts: saved + output.files).check(reading: input.files, sets: input.sets)
      let rules = try evaluationProtocol()
      if let groundTruth = input.groundTruth, let detections = input.detections {
        try refuseSegmenterOptions(of: "--detections are objects")
        if isPanoptic(groundTruth) { return try evaluatePanoptic(detections, against: groundTruth) }
        try compareFiles(groundTruth: groundTruth, detections: detections, rules: rules)
      } else if let labelMaps, let data = input.data {
        try evaluateLabelMaps(at: labelMaps, on: data)
      } else if let path = input.model, let data = input.data, let model = try otherModel(at: path) {
        if ModelCatalog.isSegmenter(model) {
          try evaluateSegmenter(model, on: data)
        } else {
          try refuseTiles(of: path)
          try refuseSegmenterOptions(of: "\(path) is a classifier")
          try evaluateClassifier(model, on: data)
        }
      } else if let data = input.data {
        if let path = input.model { try refuseTiles(of: path) }
        try refuseSegmenterOptions(of: "the model is a detector")
        try runModel(on: data, rules: rules)
      }
    }
  }

  private func refuseTiles(of path: String) throws {
    for option in tiles.given { throw ValidationError("\(option) is for segmenters; \(path) is none") }
  }

  /// The model at a path where it is a classifier or a segmenter.
  private func otherModel(at path: String) throws -> LoadedModel? {
    try MissingInput.check(path, "a model file")
    let model = try input.precision.model(.file(path))
    return ModelCatalog.isClassifier(model) || ModelCatalog.isSegmenter(model) ? model : nil
  }

  private func compareFiles(groundTruth: String, detections: String, rules: EvaluationProtocol) throws {
    let dataset = try input.readGroundTruth(at: groundTruth, masks: rules.iouType.needsMasks)
    if let path = saveGroundTruth {
      try COCOGroundTruthFile(dataset: dataset).write(to: path)
    }
    let set = try input.readDetections(at: detections, for: dataset, masks: rules.iouType.needsMasks)
    if let shard, let part {
      return try write(EvaluationShard(shard, of: set, protocol: rules), to: part)
    }
    try output.report(EvaluationResult(set, protocol: rules), of: set)
  }

  private func runModel(on data: String, rules: EvaluationProtocol) throws {
    if rules.iouType.needsMasks {
      let model = try input.precision.model(ModelSource(path: input.model))
      guard try ModelCatalog.predictsMasks(model) else {
        throw ValidationError("--iou-type \(iouType.rawValue) compares masks, which \(model.path) does not predict")
      }
    }
    let (dataset, evaluation) = try input.detect(
      on: data, title: "evaluate", shard: shard, protocol: rules)
    if let path = saveGroundTruth { try evaluation.groundTruthFile().write(to: path) }
    if let path = saveDetections { try evaluation.resultsFile().write(to: path) }
    if let shard, let part {
      try write(EvaluationShard(shard, measured: evaluation.set, of: dataset, protocol: rules), to: part)
    } else {
      try output.report(evaluation.result, of: evaluation.set)
    }
    try input.finish(evaluation)
  }

  private func write(_ part: EvaluationShard, to path: String) throws {
    try part.write(to: path)
    print("\(part.summary), written to \(OutputDestination.name(of: path))")
  }
}

extension EvaluationProtocol.Rules: ExpressibleByArgument {}
extension IoUType: ExpressibleByArgument {}

/// What becomes of difficult objects, by the name that a user writes.
enum DifficultObjects: String, ExpressibleByArgument, CaseIterable {
  case ignored
  case counted
}

extension EvaluationShard.Position: ExpressibleByArgument {
  public init?(argument: String) {
    let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else { return nil }
    self.init(index: index, count: count)
  }
}
