import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation

extension EvaluateCommand {
  /// Whether ground truth is a file of panoptic segments instead of objects.
  func isPanoptic(_ path: String) -> Bool {
    PathName.fileExtension(of: path) == "json" && (try? PanopticSet.isOne(path)) == true
  }

  /// Compares panoptic segmentations that some program wrote with ground truth.
  func evaluatePanoptic(_ predictions: String, against groundTruth: String) throws {
    try refuseDetectorOptions(of: "\(groundTruth) is a panoptic file")
    if output.html != nil {
      throw ValidationError("--html is not for panoptic files; --json and --csv have their figures")
    }
    try MissingInput.checkFile(predictions, "a panoptic COCO file")
    let set = try PanopticSet(groundTruth: groundTruth, predictions: predictions)
    if set.unknownImageCount > 0 {
      printError(
        "peregrine: \(predictions): \(set.unknownImageCount) images that \(groundTruth) does not have are left out")
    }
    let bar = ProgressLine("evaluate", total: set.imageCount)
    let result = try PanopticResult(set) { bar.update($0) }
    if let json = output.json { try OutputFile.writeJSON(result, to: json, formatting: [.prettyPrinted, .sortedKeys]) }
    if let csv = output.csv { try OutputFile.write(Self.table(result).text, to: csv) }
    print(Self.text(result))
  }

  private static func text(_ result: PanopticResult) -> String {
    func percent(_ value: Double) -> String { String(format: "%.2f", 100 * value) }
    func figures(_ quality: PanopticResult.Quality?) -> [String] {
      quality.map { [percent($0.pq), percent($0.sq), percent($0.rq)] } ?? ["-", "-", "-"]
    }
    var means = TextTable(header: ["%", "PQ", "SQ", "RQ", "classes"], numericColumns: [1, 2, 3, 4])
    for (name, quality) in [("all", result.all), ("things", result.things), ("stuff", result.stuff)] {
      means.rows.append([name] + figures(quality) + [String(quality.classCount)])
    }
    var classes = TextTable(
      header: ["class", "kind", "PQ", "SQ", "RQ", "right", "wrong", "missed"], numericColumns: [2, 3, 4, 5, 6, 7])
    for entry in result.classes where entry.quality != nil {
      classes.rows.append(
        [entry.name, entry.isThing ? "thing" : "stuff"] + figures(entry.quality)
          + [entry.truePositives, entry.falsePositives, entry.falseNegatives].map(String.init))
    }
    return ["\(result.imageCount) images", means.text, "", classes.text].joined(separator: "\n")
  }

  private static func table(_ result: PanopticResult) -> CSVOutput {
    var table = CSVOutput(
      header: [
        "class", "is_thing", "pq", "sq", "rq", "true_positives", "false_positives", "false_negatives",
      ])
    for entry in result.classes {
      let quality = [entry.quality?.pq, entry.quality?.sq, entry.quality?.rq].map { CSVOutput.figure($0) }
      table.append(
        [entry.name, entry.isThing ? "1" : "0"] + quality
          + [entry.truePositives, entry.falsePositives, entry.falseNegatives].map { CSVOutput.figure($0) })
    }
    return table
  }
}
