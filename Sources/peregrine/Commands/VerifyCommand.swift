import ArgumentParser
import CPUKernels
import DetectionUtilities
import Evaluation
import Files
import Foundation
import ModelZoo
import Models
import Reports

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare what two models find, or a model and detections of another program.",
    discussion: """
      Boxes are paired within their class and image; the table says how many agree, and the first and the largest \
      differences are shown. Classes are compared by name. The exit code is 0 when all boxes and class names agree, \
      and 1 when not, or when an image cannot be read.
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "Model file to compare it with.")
  var otherModel: String?
  @Option(help: "Detections to compare it with: COCO results (JSON).")
  var reference: String?
  @Option(
    help: ArgumentHelp(
      "COCO file that gives the reference's image and category ids their names.",
      discussion: """
        Without it, images are known by the list that 'detect --coco' writes beside its results or by the number that \
        they have for a name, and category ids are the model's own.
        """))
  var groundTruth: String?
  @Option(parsing: .upToNextOption, help: "Images and folders of images.")
  var images: [String]
  @Option(help: "Lowest score to compare.")
  var confidence = 0.05
  @Option(help: "Overlap (IoU) above which the weaker of two boxes of a class is dropped.")
  var iou = 0.45
  @Option(help: "Largest difference of a box's sides that still agrees, pixels.")
  var boxTolerance = 0.05
  @Option(help: "Largest difference of scores that still agrees.")
  var scoreTolerance = 1e-3
  @Option(help: "Write the counts and all differences as JSON.")
  var json: String?
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    guard (otherModel != nil) != (reference != nil) else {
      throw ValidationError("expected something to compare the model with: another model, or --reference")
    }
    if groundTruth != nil, reference == nil { throw ValidationError("--ground-truth goes with --reference") }
    if images.isEmpty { throw ValidationError("--images names images or folders of images") }
    if !(0...1).contains(confidence) { throw ValidationError("--confidence lies between 0 and 1, not \(confidence)") }
    if !(0...1).contains(iou) { throw ValidationError("--iou lies between 0 and 1, not \(iou)") }
    for (option, value) in [("--box-tolerance", boxTolerance), ("--score-tolerance", scoreTolerance)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(option) is at least 0, not \(value)")
    }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try MissingInput.check(model, "a model file")
      if let otherModel { try MissingInput.check(otherModel, "a model file") }
      if let reference { try MissingInput.checkFile(reference, "detections as COCO results") }
      if let groundTruth { try MissingInput.checkFile(groundTruth, "a COCO file") }
      let outputs = try RunOutputs(texts: [("--json", json)]).check(
        reading: [model, otherModel, reference, groundTruth])
      let paths = try ImageFiles.find(images)
      try outputs.checkDistinct(from: paths)
      let options = ModelOptions(detection: DetectionOptions(confidence: confidence, iou: iou))
      let detector = try ModelCatalog.detector(model: model, options: options)
      let other = try comparand(for: detector, options, paths: paths)
      var report = DetectionAgreementReport(
        left: model, right: other.name, classNames: other.classNames,
        tolerances: DetectionAgreement.Tolerances(
          confidence: confidence, box: boxTolerance, score: scoreTolerance))
      let bar = ProgressLine("verify", total: paths.count)
      var failureCount = 0
      for (index, path) in paths.enumerated() {
        do {
          let found = try detector.detect(contentsOf: path).detections
          report.add(path, left: found, right: try other.detections(path))
        } catch let error as any ImageFailure {
          failureCount += 1
          bar.clear()
          printError("peregrine: \(error)")
        }
        bar.update(index + 1)
      }
      bar.clear()
      show(report)
      if let json { try report.write(to: json) }
      if failureCount > 0 { printError("peregrine: \(failureCount) of \(paths.count) images failed") }
      if failureCount > 0 || !report.differences.isEmpty || other.hasOtherClasses { throw ExitStatus.partial }
    }
  }

  /// What the model is compared with.
  private struct Comparand {
    var name: String
    /// The model's, then those that the other side alone has.
    var classNames: [String]
    var hasOtherClasses = false
    var detections: (_ path: String) throws -> [Detection]
  }

  private func comparand(
    for detector: any Detector, _ options: ModelOptions, paths: [String]
  ) throws -> Comparand {
    guard let otherModel else {
      let reference = try DetectionAgreementReference(
        contentsOf: reference ?? "", images: paths, groundTruth: groundTruth,
        classes: DetectionAgreementReference.Classes(names: detector.classNames, ids: detector.classIDs))
      if reference.otherImageCount > 0 {
        print("The reference also holds detections of \(reference.otherImageCount) other images.")
      }
      return Comparand(name: "reference", classNames: detector.classNames) { path in reference.detections(in: path) }
    }
    let other = try ModelCatalog.detector(model: otherModel, options: options)
    let classes = DetectionAgreementClasses(left: detector.classNames, right: other.classNames)
    let difference = classes.difference(left: model, right: otherModel)
    if let difference { print(difference) }
    return Comparand(name: otherModel, classNames: classes.names, hasOtherClasses: difference != nil) { path in
      try other.detect(contentsOf: path).detections.map { detection in
        var renamed = detection
        renamed.classIndex = classes.rightIndices[detection.classIndex]
        return renamed
      }
    }
  }

  private func show(_ report: DetectionAgreementReport) {
    print(
      "\(report.images.count) images; boxes with a score of at least \(confidence) agree within \(boxTolerance) px and "
        + "\(scoreTolerance) in score\n")
    var table = TextTable(header: ["", "boxes", "agree", "share"], numericColumns: [1, 2, 3])
    for (name, count, share) in [
      (report.left, report.leftCount, report.leftShare), (report.right, report.rightCount, report.rightShare),
    ] {
      table.rows.append([name, "\(count)", "\(report.agreeingCount)", percentage(share)])
    }
    print("\(table.text)\n")
    let differences = report.differences
    if let first = differences.first { print("First of \(differences.count) differences: \(report.text(first))") }
    if let place = report.largestBoxDifference { print("Boxes farthest apart: \(report.text(place))") }
    if let place = report.largestScoreDifference { print("Scores farthest apart: \(report.text(place))") }
    if differences.isEmpty { print("All boxes agree.") }
  }

  /// Rounded down, so that only 100 % reads as 100 %.
  private func percentage(_ share: Double) -> String { String(format: "%.2f %%", (share * 1e4).rounded(.down) / 100) }
}
