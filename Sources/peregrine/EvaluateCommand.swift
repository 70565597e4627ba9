import ArgumentParser
import Datasets
import DetectionUtilities
import DetectorFamilies
import Evaluation
import Foundation
import OneDNNKernels

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure average precision of a model on labelled images.",
    discussion: "COCO's protocol: AP over IoU 0.50 to 0.95 in steps of 0.05, at most 100 detections per image.")

  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Folder with images and labels.")
  var data: String
  @Option(help: "Text file that names the images to use, one file name per line.")
  var list: String?
  @Option(help: "Write the detections as COCO results (JSON).")
  var saveDetections: String?
  @Option(help: "Write the ground truth as COCO annotations (JSON).")
  var saveGroundTruth: String?
  @Option(help: "Write the metrics as JSON.")
  var json: String?
  @Option(help: "Threads for the network; by default one per core.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { OneDNN.threadCount = threads }
      if let model { try MissingInput.check(model, "a model file") }
      try MissingInput.check(data, "a folder with images and labels")
      if let list { try MissingInput.checkFile(list, "a text file with image names") }
      for path in [saveDetections, saveGroundTruth, json] { try CannotWrite.checkFile(path) }
      let detector = try DetectorFamilies.detector(model: ModelSource(path: model))
      var dataset = try LabelledDataset.read(at: data)
      if let list { dataset = try dataset.filtered(byList: list) }
      if dataset.images.isEmpty { throw DatasetError(path: list ?? data, problem: "names no image to evaluate on") }
      print(dataset.audit.summary)
      let bar = ProgressLine("evaluate", total: dataset.images.count)
      let evaluator = DetectorEvaluator()
      let result = try evaluator.evaluate(detector, on: dataset) { done, _ in bar.update(done) }
      if let path = saveGroundTruth { try CannotWrite.writing(to: path) { try result.groundTruth.write(to: path) } }
      if let path = saveDetections { try CannotWrite.writing(to: path) { try result.detections.write(to: path) } }
      if let json { try CannotWrite.writing(to: json) { try EvaluationReport(result).write(to: json) } }
      show(result, evaluator: evaluator)
      for failure in result.failures { printError("peregrine: \(failure.reason)") }
      if !result.failures.isEmpty { throw ExitStatus.partial }
    }
  }

  private func show(_ result: DetectorEvaluation, evaluator: DetectorEvaluator) {
    var table = TextTable(header: ["class", "boxes", "AP", "AP50"], numericColumns: [1, 2, 3])
    for label in result.classes {
      table.rows.append([
        label.name, String(label.boxCount), percent(label.averagePrecision), percent(label.averagePrecision50),
      ])
    }
    let summary = result.summary
    table.rows.append([
      "all", String(result.classes.reduce(0) { $0 + $1.boxCount }), percent(summary.averagePrecision),
      percent(summary.averagePrecision50),
    ])
    print(table.text)
    if !result.attributes.isEmpty { showAttributes(result.attributes) }
    print("AP75 \(percent(summary.averagePrecision75)), AR100 \(percent(summary.averageRecall100))")
    print(
      "COCO protocol: 101-point interpolation, IoU 0.50:0.05:0.95, at most 100 detections per image, confidence above "
        + "\(evaluator.options.confidence), crowds ignored, \(result.groundTruth.images.count) images")
  }

  private func showAttributes(_ breakdowns: [AttributeBreakdown]) {
    var table = TextTable(
      header: ["objects by", "from", "to", "boxes", "AP", "AP50", "found"], numericColumns: [1, 2, 3, 4, 5, 6])
    for breakdown in breakdowns {
      for bin in breakdown.bins where bin.objects > 0 {
        table.rows.append([
          breakdown.attribute, String(format: "%g", bin.lower), String(format: "%g", bin.upper), String(bin.objects),
          percent(bin.averagePrecision), percent(bin.averagePrecision50), percent(bin.recall50),
        ])
      }
    }
    print(table.text)
  }

  private func percent(_ value: Double?) -> String { value.map { String(format: "%.2f %%", 100 * $0) } ?? "–" }
}
