import Evaluation
import Files

/// An analysis as a table for spreadsheets: a row per class and one for all, figures at full precision.
///
/// Form as `CSVOutput` has it. A figure that does not exist is empty.
public struct CSVReport: Sendable, Hashable {
  public let text: String

  package static let header = [
    "class", "objects", "AP", "AP50", "AP75", "confidence", "iou", "true_positives", "false_positives",
    "false_negatives", "precision", "recall", "F1", "best_F1", "best_F1_confidence", "log_average_miss_rate",
  ]

  /// Of masks the table has a column `iou_type` besides.
  ///
  /// - Parameter other: of the same set by other rules; its AP becomes the last column, named after them.
  public init(_ analysis: EvaluationAnalysis, beside other: EvaluationResult? = nil) {
    func row(
      _ name: String, _ objects: Int, _ averages: [Double?], _ point: OperatingPointReport,
      _ best: OperatingPointReport?, _ missRate: Double?
    ) -> [String] {
      [name, String(objects)] + averages.map(CSVOutput.figure)
        + [CSVOutput.figure(point.confidence), CSVOutput.figure(analysis.settings.iouThreshold)]
        + [point.truePositives, point.falsePositives, point.falseNegatives].map(String.init)
        + [point.precision, point.recall, point.f1, best?.f1, best?.confidence, missRate].map(CSVOutput.figure)
    }
    let summary = analysis.summary
    let rows =
      analysis.classes.map { label in
        row(
          label.name, label.objects,
          [label.averagePrecision, label.averagePrecision50, label.averagePrecision75], label.point, label.best,
          label.missRate)
      } + [
        row(
          "all", analysis.classes.reduce(0) { $0 + $1.objects },
          [summary.averagePrecision, summary.averagePrecision50, summary.averagePrecision75], analysis.point,
          analysis.best, analysis.missRate)
      ]
    let otherValues = other.map { $0.classes.map(\.averagePrecision) + [$0.metrics.first?.value] }
    let iouType = analysis.maskIoUType.map { [$0.rawValue] } ?? []
    var table = CSVOutput(
      header: Self.header + iouType.map { _ in "iou_type" }
        + (other.map { ["AP_\($0.protocolRules.rules.rawValue)"] } ?? []))
    for (index, row) in rows.enumerated() {
      table.append(row + iouType + (otherValues.map { [CSVOutput.figure($0[index])] } ?? []))
    }
    text = table.text
  }

  /// Writes the table atomically.
  public func write(to path: String) throws {
    try OutputFile.write(text, to: path)
  }
}
