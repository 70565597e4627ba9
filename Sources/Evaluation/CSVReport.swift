import Files
import Foundation

/// An analysis as a table for spreadsheets: a row per class and one for all, figures at full precision.
///
/// Fields are separated by commas and lines end with a line feed; a name with a comma, a quote or a line break stands in
/// quotes (RFC 4180). A figure that does not exist is empty.
public struct CSVReport: Sendable, Hashable {
  public let text: String

  static let header = [
    "class", "objects", "AP", "AP50", "AP75", "confidence", "iou", "true_positives", "false_positives",
    "false_negatives", "precision", "recall", "F1", "best_F1", "best_F1_confidence", "log_average_miss_rate",
  ]

  /// - Parameter other: of the same set by other rules; its AP becomes the last column, named after them.
  public init(_ analysis: EvaluationAnalysis, beside other: EvaluationResult? = nil) {
    func row(
      _ name: String, _ objects: Int, _ averages: [Double?], _ point: OperatingPointReport,
      _ best: OperatingPointReport?, _ missRate: Double?
    ) -> String {
      let fields: [String] =
        [Self.quoted(name), String(objects)] + averages.map(Self.figure)
        + [Self.figure(point.confidence), Self.figure(analysis.settings.iouThreshold)]
        + [point.truePositives, point.falsePositives, point.falseNegatives].map(String.init)
        + [point.precision, point.recall, point.f1, best?.f1, best?.confidence, missRate].map(Self.figure)
      return fields.joined(separator: ",")
    }
    let otherName = other.map { ["AP_\($0.protocolRules.rules.rawValue)"] } ?? []
    let otherValues = other.map { $0.classes.map(\.averagePrecision) + [$0.metrics.first?.value] }
    var lines = [(Self.header + otherName).joined(separator: ",")]
    for label in analysis.classes {
      lines.append(
        row(
          label.name, label.objects,
          [label.averagePrecision, label.averagePrecision50, label.averagePrecision75], label.point, label.best,
          label.missRate))
    }
    let summary = analysis.summary
    lines.append(
      row(
        "all", analysis.classes.reduce(0) { $0 + $1.objects },
        [summary.averagePrecision, summary.averagePrecision50, summary.averagePrecision75], analysis.point,
        analysis.best, analysis.missRate))
    if let otherValues {
      for (index, value) in otherValues.enumerated() { lines[index + 1] += "," + Self.figure(value) }
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Writes the table atomically.
  public func write(to path: String) throws {
    try OutputFile.write(text, to: path)
  }

  private static func figure(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  static func quoted(_ name: String) -> String {
    let needsQuotes = name.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return needsQuotes ? "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"" : name
  }
}
