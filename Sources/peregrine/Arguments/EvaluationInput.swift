import ArgumentParser
import CPUKernels
import Datasets
import DetectionUtilities
import Evaluation
import Inference
import ModelZoo
import Models

/// What is evaluated, by `evaluate` and `explain-map`: a model on labelled images, or detections in files.
struct EvaluationInput: ParsableArguments {
  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Folder with images and labels, on which the model detects.")
  var data: String?
  @Option(help: "Text file that names the images to use, one file name per line.")
  var list: String?
  @Option(help: "Split to use: train, val or test; by default val of a data.yaml, all of a folder.")
  var split: DatasetSplit?
  @OptionGroup var twoStage: TwoStageArguments
  @OptionGroup var precision: PrecisionArgument
  @Option(help: "Ground truth: a COCO file, or labels in any format that 'convert' reads; no images are needed.")
  var groundTruth: String?
  @Option(
    help: """
      Detections: COCO results, CSV, or a folder of text files: one an image with a class, a score and a box a line, or \
      one a class as Darknet writes them, 'image score x1 y1 x2 y2'.
      """)
  var detections: String?
  @Option(
    help: """
      Format of the ground truth where it is not clear: coco, voc, yolo, openimages, csv, cvat, labelme, \
      pennfudan or text.
      """)
  var format: DatasetFormat?
  @Option(
    help: """
      Boxes in text files, of ground truth and detections: xywh (pixels), xyxy (pixels) or relative (YOLO's); by default \
      what the whole set shows, which is printed.
      """)
  var boxes: TextBoxForm?
  @Option(help: "The same for ground truth alone.")
  var groundTruthBoxes: TextBoxForm?
  @Option(help: "The same for detections alone.")
  var detectionBoxes: TextBoxForm?
  @Option(
    help: """
      Order of the columns in text files with detections: class,score,box or class,box,score or \
      class,box,score,track; by default what the whole set shows.
      """)
  var columns: DetectionColumns?
  @Option(
    name: .customLong("category-ids"),
    help: """
      What the category ids of COCO results are: ids (the ground truth's own), from0 or from1 (places in the list of \
      classes) or coco91; by default ids, or what the whole file shows where the ground truth has none.
      """)
  var categoryIDs: CategoryNumbering?
  @Option(help: "Text file with the classes by the detections' own index, one name per line.")
  var classes: String?
  @Flag(help: "Leave out and count detections of classes that the ground truth does not have, as pycocotools does.")
  var acceptUnknownClasses = false
  @Flag(help: "Take scores outside of 0 to 1 as well: logits, percentages, negative numbers.")
  var acceptAnyScore = false
  @Option(
    help:
      "Folder of the images, where their sizes are needed; of a segmenter's COCO file, where they are not beside it.")
  var imagesFolder: String?
  @Option(help: "Lowest score of a model's detections that counts.")
  var confidence = DetectionOptions.evaluation.confidence
  @Option(help: "Overlap above which the weaker of two of a model's boxes of one class is suppressed.")
  var iou = DetectionOptions.evaluation.iou
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    for (option, value) in [("--confidence", confidence), ("--iou", iou)] where !(0...1).contains(value) {
      throw ValidationError("\(option) lies between 0 and 1; it is \(value)")
    }
    guard (data != nil) != (groundTruth != nil) else {
      throw ValidationError("expected either --data, or --ground-truth with --detections")
    }
    if groundTruth != nil {
      if detections == nil { throw ValidationError("--ground-truth needs --detections to compare it with") }
      try refuse([
        ("--model", model), ("--method", twoStage.method?.rawValue),
        ("--proposal-count", twoStage.proposalCount.map(String.init)), ("--precision", precision.precision?.rawValue),
      ])
      if boxes != nil, groundTruthBoxes != nil || detectionBoxes != nil {
        throw ValidationError("--boxes is for both sides; give --ground-truth-boxes and --detection-boxes instead")
      }
    } else if detections != nil {
      throw ValidationError("--detections needs --ground-truth to compare it with")
    }
  }

  /// Everything that is read but the labelled set.
  var files: [String?] { [model, list, detections, classes, imagesFolder, twoStage.proposals] }
  /// The labelled set.
  var sets: [String?] { [data, groundTruth] }

  /// Refuses options of models where files are compared.
  func refuse(_ options: [(String, String?)]) throws {
    for (option, value) in options where value != nil && groundTruth != nil {
      throw ValidationError("\(option) goes with --data, not with --ground-truth")
    }
  }

  /// Reads the labels and says what they are.
  ///
  /// - Parameter masks: whether the pixels of objects are read too.
  func readGroundTruth(at path: String, masks: Bool = false) throws -> LabelledDataset {
    try MissingInput.check(path, "ground truth")
    if let detections { try MissingInput.check(detections, "detections") }
    if let classes { try MissingInput.checkFile(classes, "a file of class names") }
    if let imagesFolder { try MissingInput.check(imagesFolder, "a folder of images") }
    var dataset = try LabelledDataset.read(
      at: path, format: format,
      options: DatasetReadingOptions(
        imagesFolder: imagesFolder, requiresImages: false, treatment: .asWritten, boxes: groundTruthBoxes ?? boxes,
        splits: split.map { .only($0) } ?? .evaluation, readsMasks: masks))
    if let list { dataset = try dataset.filtered(byList: list) }
    print(dataset.audit.summary)
    if masks { try dataset.requireMasks(at: path) }
    return dataset
  }

  /// Reads the detections of a dataset's images and says what they are.
  ///
  /// - Parameter masks: whether their pixels are read too.
  func readDetections(at path: String, for dataset: LabelledDataset, masks: Bool = false) throws -> EvaluationSet {
    let found = try DetectionSet.read(
      at: path, for: dataset,
      options: DetectionReadingOptions(
        form: detectionBoxes ?? boxes, columns: columns, classes: try classes.map(ClassNamesFile.read),
        categoryIDs: categoryIDs, acceptsUnknownClasses: acceptUnknownClasses, acceptsAnyScore: acceptAnyScore,
        readsMasks: masks))
    print(found.summary)
    return EvaluationSet(
      dataset: dataset, detections: found.detections, unknownClasses: found.unknownClasses,
      segmentations: masks ? found.segmentations : nil)
  }

  /// Runs the model on the labelled images, or on a share of them. All that it finds is measured: how many detections
  /// count is the protocol's alone.
  ///
  /// - Parameter title: of the line that shows the progress.
  func detect(
    on data: String, title: String, shard: EvaluationShard.Position? = nil,
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco)
  ) throws -> (dataset: LabelledDataset, evaluation: DetectorEvaluation) {
    if let threads { KernelThreads.count = threads }
    if let model { try MissingInput.check(model, "a model file") }
    try MissingInput.check(data, "a folder with images and labels")
    if let list { try MissingInput.checkFile(list, "a text file with image names") }
    let (source, twoStage) = (ModelSource(path: model), try twoStage.options)
    var detection = DetectionOptions.evaluation
    (detection.confidence, detection.iou) = (confidence, iou)
    detection.maximumDetections = .max
    let options = ModelOptions(detection: detection)
    let pool = try DetectorPool { weights in
      var options = options
      options.compilation.sharedWeights = weights
      return try ModelCatalog.detector(of: precision.model(source), twoStage: twoStage, options: options)
    }
    var dataset = try LabelledDataset.read(
      at: data,
      options: DatasetReadingOptions(
        splits: split.map { .only($0) } ?? .evaluation, readsMasks: rules.iouType.needsMasks))
    if let list { dataset = try dataset.filtered(byList: list) }
    if dataset.images.isEmpty { throw DatasetError(path: list ?? data, problem: "names no image to evaluate on") }
    print(dataset.audit.summary)
    let share = shard.map { shard in dataset.subset(dataset.images.indices.filter(shard.contains)) } ?? dataset
    let bar = ProgressLine(title, total: share.images.count)
    let evaluation = try DetectorEvaluator().evaluate(
      pool.limited(toImages: share.images.count), on: share, protocol: rules
    ) { done, _ in bar.update(done) }
    return (dataset, evaluation)
  }

  /// Names the images that could not be read, and ends the program with the code for that.
  func finish(_ evaluation: DetectorEvaluation) throws {
    for failure in evaluation.failures { printError("peregrine: \(failure.reason)") }
    if !evaluation.failures.isEmpty { throw ExitStatus.partial }
  }
}

extension LabelledDataset {
  /// Refuses labels that were read with their masks and of which none is left.
  func requireMasks(at path: String) throws {
    guard objectCount == 0, audit[.invalidMask] > 0 else { return }
    throw DatasetError(
      path: path, problem: "no object has a mask of its image's size; expected outlines or run lengths")
  }
}

extension DatasetSplit: ExpressibleByArgument {}
extension TextBoxForm: ExpressibleByArgument {}
extension DetectionColumns: ExpressibleByArgument {}
extension CategoryNumbering: ExpressibleByArgument {}
