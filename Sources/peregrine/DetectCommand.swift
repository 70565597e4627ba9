import ArgumentParser
import Datasets
import DetectionUtilities
import DetectorFamilies
import Detectors
import Evaluation
import Foundation
import ImageCodecs
import OneDNNKernels

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Find objects in images.",
    discussion: """
      Folders are searched for JPEG and PNG files. An image that cannot be read is reported, the others are done all \
      the same, and the exit code is 1.
      """)

  @Argument(help: "Images and folders of images.")
  var images: [String] = []
  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Detect on the images of a labelled set, whose image ids --coco then uses.")
  var data: String?
  @Option(help: "Lowest score to report.")
  var confidence = 0.25
  @Option(help: "Overlap (IoU) above which the weaker of two boxes of a class is dropped.")
  var iou = 0.45
  @OptionGroup var twoStage: TwoStageArguments
  @Option(help: "Write all detections as JSON: a list with one object per image.")
  var json: String?
  @Option(help: "Write all detections as COCO results.")
  var coco: String?
  @Option(help: "Folder for copies of the images with the boxes drawn in.")
  var annotate: String?
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    if images.isEmpty == (data == nil) {
      throw ValidationError("name images or folders, or a labelled set with --data")
    }
    if !(0...1).contains(confidence) { throw ValidationError("--confidence lies between 0 and 1, not \(confidence)") }
    if !(0...1).contains(iou) { throw ValidationError("--iou lies between 0 and 1, not \(iou)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { OneDNN.threadCount = threads }
      if let model { try MissingInput.check(model, "a model file") }
      for path in [json, coco] { try CannotWrite.checkFile(path) }
      if let annotate { try CannotWrite.checkFolder(annotate) }
      let (paths, imageIDs) = try inputs()
      let detector = try DetectorFamilies.detector(model: ModelSource(path: model), twoStage: twoStage.options)
      let annotatedNames = annotate.map { AnnotatedNames(folder: $0, for: paths) }
      try CannotWrite.checkDistinct(annotatedNames.map { paths.map($0.path(for:)) } ?? [], from: paths)
      if let annotate { try CannotWrite.makeFolder(annotate) }
      var run = DetectionRun(
        detector: detector, options: DetectionOptions(confidence: confidence, iou: iou),
        annotatedNames: annotatedNames)
      let bar = ProgressLine("detect", total: paths.count)
      for (index, path) in paths.enumerated() {
        do {
          let report = try run.detect(path)
          bar.clear()
          show(report)
        } catch let failure as DetectionRun.Failure {
          bar.clear()
          printError("peregrine: \(failure)")
        }
        if paths.count > 1 { bar.update(index + 1) }
      }
      if let json { try CannotWrite.writing(to: json) { try DetectionReport.write(run.reports, to: json) } }
      if let coco {
        let detections = COCODetections(run.reports, paths: paths, imageIDs: imageIDs, detector: detector)
        try CannotWrite.writing(to: coco) { try detections.write(to: coco) }
      }
      if let annotate, !run.reports.isEmpty { print("Annotated images are in \(annotate)") }
      if run.failureCount > 0 {
        printError("peregrine: \(run.failureCount) of \(paths.count) images failed")
        throw ExitStatus.partial
      }
    }
  }

  private func inputs() throws -> (paths: [String], imageIDs: [Int]?) {
    guard let data else { return (try ImageFiles.find(images), nil) }
    try MissingInput.check(data, "a folder with images and labels")
    let dataset = try LabelledDataset.read(at: data)
    if dataset.images.isEmpty { throw DatasetError(path: data, problem: "holds no image") }
    return (dataset.images.map(\.path), dataset.images.map(\.id))
  }

  private func show(_ report: DetectionReport) {
    print("\(report.image) (\(report.width)×\(report.height))")
    if report.detections.isEmpty {
      print("  no objects above \(confidence)")
      return
    }
    var table = TextTable(header: ["", "label", "score", "x1", "y1", "x2", "y2"], numericColumns: [2, 3, 4, 5, 6])
    for detection in report.detections {
      table.rows.append(
        ["", detection.label, String(format: "%.3f", detection.score)]
          + detection.box.map { String(format: "%.1f", $0) })
    }
    print(table.text)
  }
}
