import ArgumentParser
import Datasets
import DetectionUtilities
import DetectorFamilies
import Detectors
import Evaluation
import Foundation
import OneDNNKernels

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure average precision, of a model or of detections in files.",
    discussion: """
      Either a model detects on labelled images (--data, and --model unless the sample model is meant), or detections \
      that some program wrote are compared with ground truth (--ground-truth, --detections). The protocol is COCO's \
      unless --protocol says otherwise: AP over IoU 0.50 to 0.95 in steps of 0.05, at most 100 detections per image.
      """)

  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Folder with images and labels, on which the model detects.")
  var data: String?
  @Option(help: "Text file that names the images to use, one file name per line.")
  var list: String?
  @OptionGroup var twoStage: TwoStageArguments
  @Option(help: "Ground truth: a COCO file, or labels in any format that 'convert' reads; no images are needed.")
  var groundTruth: String?
  @Option(help: "Detections: COCO results, CSV, or a folder of text files 'class score' and a box a line.")
  var detections: String?
  @Option(help: "Format of the ground truth where it is not clear: coco, voc, yolo, openimages, csv, cvat or text.")
  var format: DatasetFormat?
  @Option(help: "Boxes of detections in text files: xywh (pixels, the default), xyxy (pixels) or relative (YOLO's).")
  var boxes: DetectionBoxForm?
  @Option(help: "Text file with the classes by the detections' own index, one name per line.")
  var classes: String?
  @Option(help: "Folder of the images, where their sizes are needed.")
  var imagesFolder: String?
  @Option(name: .customLong("protocol"), help: "Rules of the evaluation: coco, voc2007 or voc2010.")
  var rules: EvaluationProtocol.Rules = .coco
  @Option(help: "One IoU threshold instead of the protocol's own.")
  var iouThreshold: Double?
  @Option(help: "COCO's maxima of detections per image and class.")
  var maxDetections = "1,10,100"
  @Option(help: "Lowest score of a model's detections that counts.")
  var confidence = DetectionOptions.evaluation.confidence
  @Option(help: "Overlap above which the weaker of two of a model's boxes of one class is suppressed.")
  var iou = DetectionOptions.evaluation.iou
  @Option(help: "Write the detections as COCO results (JSON).")
  var saveDetections: String?
  @Option(help: "Write the ground truth as COCO annotations (JSON).")
  var saveGroundTruth: String?
  @OptionGroup var output: EvaluationOutput
  @Option(help: "Measure only a share of the images, such as 2/4, and write it to --part, for 'merge'.")
  var shard: EvaluationPart.Shard?
  @Option(help: "Where the share of --shard goes.")
  var part: String?
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    for (option, value) in [("--confidence", confidence), ("--iou", iou)] where !(0...1).contains(value) {
      throw ValidationError("\(option) lies between 0 and 1; it is \(value)")
    }
    if let iouThreshold, !(iouThreshold > 0 && iouThreshold <= 1) {
      throw ValidationError("--iou-threshold lies above 0 and up to 1; it is \(iouThreshold)")
    }
    try output.validate(EvaluationProtocol(rules, iouThreshold: iouThreshold, maximumDetections: maxima()))
    guard (shard != nil) == (part != nil) else { throw ValidationError("--shard and --part go together") }
    if shard != nil, (output.paths + [saveDetections, saveGroundTruth]).contains(where: { $0 != nil }) {
      throw ValidationError("a share has no metrics of its own; write them with 'merge'")
    }
    guard (data != nil) != (groundTruth != nil) else {
      throw ValidationError("expected either --data, or --ground-truth with --detections")
    }
    if groundTruth != nil {
      if detections == nil { throw ValidationError("--ground-truth needs --detections to compare it with") }
      let forModels = [
        ("--model", model), ("--save-detections", saveDetections), ("--method", twoStage.method?.rawValue),
        ("--proposal-count", twoStage.proposalCount.map(String.init)),
      ]
      for (option, value) in forModels where value != nil {
        throw ValidationError("\(option) goes with --data, not with --ground-truth")
      }
    } else if detections != nil {
      throw ValidationError("--detections needs --ground-truth to compare it with")
    }
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
      if let threads { OneDNN.threadCount = threads }
      if let classes { try MissingInput.checkFile(classes, "a file of class names") }
      for path in [saveDetections, saveGroundTruth, part] + output.paths { try CannotWrite.checkFile(path) }
      let rules = try EvaluationProtocol(rules, iouThreshold: iouThreshold, maximumDetections: maxima())
      if let groundTruth, let detections {
        try compareFiles(groundTruth: groundTruth, detections: detections, rules: rules)
      } else if let data {
        try runModel(on: data, rules: rules)
      }
    }
  }

  private func compareFiles(groundTruth: String, detections: String, rules: EvaluationProtocol) throws {
    try MissingInput.check(groundTruth, "ground truth")
    try MissingInput.check(detections, "detections")
    if let imagesFolder { try MissingInput.check(imagesFolder, "a folder of images") }
    var dataset = try LabelledDataset.read(
      at: groundTruth, format: format,
      options: DatasetReadingOptions(imagesFolder: imagesFolder, requiresImages: false, treatment: .asWritten))
    if let list { dataset = try dataset.filtered(byList: list) }
    print(dataset.audit.summary)
    if let path = saveGroundTruth {
      try CannotWrite.writing(to: path) { try COCOGroundTruthFile(dataset: dataset).write(to: path) }
    }
    let found = try DetectionSet.read(
      at: detections, for: dataset,
      options: DetectionReadingOptions(form: boxes, classes: try classes.map(ClassNamesFile.read)))
    print(found.summary)
    let set = EvaluationSet(dataset: dataset, detections: found.detections)
    if let shard, let part {
      return try write(EvaluationPart(shard, of: set, protocol: rules), to: part)
    }
    try output.report(EvaluationResult(set, protocol: rules), of: set)
  }

  private func runModel(on data: String, rules: EvaluationProtocol) throws {
    if let model { try MissingInput.check(model, "a model file") }
    try MissingInput.check(data, "a folder with images and labels")
    if let list { try MissingInput.checkFile(list, "a text file with image names") }
    let (source, twoStage) = (ModelSource(path: model), try twoStage.options)
    let detector = try DetectorFamilies.detector(model: source, twoStage: twoStage)
    var dataset = try LabelledDataset.read(at: data)
    if let list { dataset = try dataset.filtered(byList: list) }
    if dataset.images.isEmpty { throw DatasetError(path: list ?? data, problem: "names no image to evaluate on") }
    print(dataset.audit.summary)
    let share = shard.map { shard in dataset.subset(dataset.images.indices.filter(shard.contains)) } ?? dataset
    let bar = ProgressLine("evaluate", total: share.images.count)
    var options = DetectionOptions.evaluation
    (options.confidence, options.iou) = (confidence, iou)
    options.maximumDetections = max(options.maximumDetections, rules.maximumDetections.max() ?? 0)
    let team = DetectorTeam(detector, imageCount: share.images.count) {
      try DetectorFamilies.detector(model: source, twoStage: twoStage)
    }
    let evaluation = try DetectorEvaluator(options: options).evaluate(team, on: share, protocol: rules) { done, _ in
      bar.update(done)
    }
    if let path = saveGroundTruth { try CannotWrite.writing(to: path) { try evaluation.groundTruth.write(to: path) } }
    if let path = saveDetections { try CannotWrite.writing(to: path) { try evaluation.detections.write(to: path) } }
    if let shard, let part {
      try write(EvaluationPart(shard, measured: evaluation.set, of: dataset, protocol: rules), to: part)
    } else {
      try output.report(evaluation.result, of: evaluation.set)
    }
    for failure in evaluation.failures { printError("peregrine: \(failure.reason)") }
    if !evaluation.failures.isEmpty { throw ExitStatus.partial }
  }

  private func write(_ part: EvaluationPart, to path: String) throws {
    try CannotWrite.writing(to: path) { try part.write(to: path) }
    print("\(part.summary), written to \(path)")
  }
}

extension EvaluationProtocol.Rules: ExpressibleByArgument {}
extension DetectionBoxForm: ExpressibleByArgument {}

extension EvaluationPart.Shard: ExpressibleByArgument {
  public init?(argument: String) {
    let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else { return nil }
    self.init(index: index, count: count)
  }
}
