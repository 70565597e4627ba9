import ArgumentParser
import CPUKernels
import Datasets
import Evaluation
import Files
import ImageCodecs
import Inference
import ModelZoo
import Models
import Reports

extension EvaluateCommand {
  /// Measures a segmenter on images with a class for every pixel.
  func evaluateSegmenter(_ model: LoadedModel, on data: String) throws {
    if let threads = input.threads { KernelThreads.count = threads }
    try refuseDetectorOptions(of: "\(model.path) is a segmenter")
    try MissingInput.check(data, "a folder of images and labels, or a COCO file")
    let (tiling, augmentation) = (tiles.options, tiles.testTimeAugmentation)
    let pool = try TileArguments.pool(tiling: tiling) { weights in
      var options = ModelOptions(tiling: tiling, testTimeAugmentation: augmentation)
      options.compilation.sharedWeights = weights
      return try ModelCatalog.segmenter(of: model, options: options)
    }
    if let folder = input.imagesFolder { try MissingInput.check(folder, "a folder of images") }
    var set = try SegmentedSet.read(
      at: data, classes: pool.classNames, ids: pool.classIDs, imagesFolder: input.imagesFolder)
    if let list = input.list { set = try set.split(byList: list).listed }
    print(set.summary)
    let bar = ProgressLine("evaluate", total: set.images.count)
    let evaluator = SegmenterEvaluator(measures: try measures(of: set), resamples: output.resamples)
    let evaluation = try evaluator.evaluate(pool.limited(toImages: set.images.count), on: set) {
      bar.update($0)
    }
    let title = "\(PathName.lastComponent(of: model.path)) on \(set.images.count) images"
    try write(evaluation.result, evaluation.images, of: set, title: title) { images in
      let segmenter = try ModelCatalog.segmenter(of: model, options: ModelOptions())
      return try images.map { try segmenter.predict(SourceImage($0.decoded(), name: $0.path)).value }
    }
    for failure in evaluation.failures { printError("peregrine: \(failure)") }
    if !evaluation.failures.isEmpty { throw ExitStatus.partial }
  }

  /// Measures label files of any program against those of a set.
  func evaluateLabelMaps(at folder: String, on data: String) throws {
    try refuseDetectorOptions(of: "--label-maps compares label files")
    try MissingInput.check(folder, "a folder of label files")
    try MissingInput.check(data, "a folder of images and labels, or a COCO file")
    if let folder = input.imagesFolder { try MissingInput.check(folder, "a folder of images") }
    var set = try SegmentedSet.read(at: data, imagesFolder: input.imagesFolder)
    if let list = input.list { set = try set.split(byList: list).listed }
    print(set.summary)
    var measurement = SegmentationMeasurement(classNames: set.classNames, measures: try measures(of: set))
    for image in set.images {
      let path = Self.path(of: image, in: folder)
      try MissingInput.checkFile(path, "the labels of \(image.path)")
      let prediction = try image.otherLabels(at: path)
      measurement.add(truth: try image.labels(), prediction: prediction, image: image.path)
    }
    try write(
      measurement.result(resamples: output.resamples), measurement.images, of: set,
      title: "\(PathName.lastComponent(of: folder)) on \(set.images.count) images"
    ) { images in try images.map { try $0.otherLabels(at: Self.path(of: $0, in: folder)) } }
  }

  /// Regions are measured where a class separates them.
  private func measures(of set: SegmentedSet) throws -> SegmentationMeasures {
    let names = set.classNames
    if let borderClass, !names.contains(borderClass) {
      throw ValidationError(
        "--border-class names a class of the set, one of \(names.map { "'\($0)'" }.joined(separator: ", ")), not "
          + "'\(borderClass)'")
    }
    return SegmentationMeasures(
      border: borderClass.flatMap(names.firstIndex) ?? SegmentationMeasures.border(in: names),
      boundaryTolerance: boundaryTolerance ?? SegmentationMeasures.usualTolerance)
  }

  /// Where a program's labels of an image are.
  private static func path(of image: SegmentedImage, in folder: String) -> String {
    PathName.joined(folder, PathName.lastComponent(of: PathName.withoutExtension(image.path)) + ".png")
  }

  /// - Parameter predictions: the label maps that a page shows.
  private func write(
    _ result: SegmentationResult, _ figures: [SegmentedImageFigures], of set: SegmentedSet, title: String,
    predictions: ([SegmentedImage]) throws -> [LabelMap]
  ) throws {
    if let html = output.html {
      let byPath = Dictionary(set.images.map { ($0.path, $0) }) { first, _ in first }
      let worst = SegmentationPage.worst(figures)
      let images = worst.compactMap { byPath[$0.image] }
      let pictures = try zip(zip(worst, images), predictions(images)).map { shown, prediction in
        SegmentationPicture(
          shown.0, image: try shown.1.decoded().image, truth: try shown.1.labels(), prediction: prediction,
          colors: set.colors)
      }
      try SegmentationPage(result, title: title, colors: set.colors, pictures: pictures).write(to: html)
    }
    if let json = output.json { try OutputFile.writeJSON(result, to: json, formatting: [.prettyPrinted, .sortedKeys]) }
    if let csv = output.csv { try OutputFile.write(Self.table(result).text, to: csv) }
    print(SegmentationTables(result).text)
  }

  private static func table(_ result: SegmentationResult) -> CSVOutput {
    var table = CSVOutput(header: ["class", "pixels", "predicted", "iou", "accuracy", "boundary_f"])
    for (index, figures) in result.classes.enumerated() {
      let shares = [figures.iou, figures.accuracy, result.boundary?.fScores[index]]
      table.append(
        [figures.name, CSVOutput.figure(figures.shown), CSVOutput.figure(figures.said)]
          + shares.map { $0.map { CSVOutput.figure($0) } ?? "" })
    }
    return table
  }

  /// Refuses what goes with label maps alone.
  func refuseSegmenterOptions(of reason: String) throws {
    for (option, isGiven) in [
      ("--border-class", borderClass != nil), ("--boundary-tolerance", boundaryTolerance != nil),
    ]
    where isGiven {
      throw ValidationError("\(option) is for segmenters and --label-maps; \(reason)")
    }
  }

  func refuseDetectorOptions(of reason: String) throws {
    let options: [(String, String?)] = [
      ("--save-detections", saveDetections), ("--save-ground-truth", saveGroundTruth), ("--shard", part),
      ("--save-curves", output.saveCurves),
    ]
    for (option, value) in options where value != nil {
      throw ValidationError("\(option) is for detections of objects; \(reason)")
    }
  }
}
