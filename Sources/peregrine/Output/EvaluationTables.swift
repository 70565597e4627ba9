import Evaluation
import Foundation

/// An evaluation for terminals: classes, metrics, properties of the objects, and the protocol line.
struct EvaluationTables {
  private let result: EvaluationResult

  init(_ result: EvaluationResult) {
    self.result = result
  }

  var text: String {
    var parts = [classes]
    if !result.attributes.isEmpty { parts.append(attributes) }
    // The first two are the table's last row already.
    let listed = result.metrics.filter { $0.name != "AP" && $0.name != "AP50" && $0.name != "mAP" }
    if !listed.isEmpty {
      parts.append(listed.map { "\($0.name) \(percent($0.value))" }.joined(separator: ", "))
    }
    return (parts + [result.protocolLine]).joined(separator: "\n")
  }

  private var classes: String {
    let has50 = result["AP50"] != nil || result.classes.contains { $0.averagePrecision50 != nil }
    let isCOCO = result.coco != nil
    var table = TextTable(
      header: ["class", "boxes", "detections", "AP"] + (has50 && isCOCO ? ["AP50"] : []),
      numericColumns: [1, 2, 3, 4])
    for label in result.classes where label.boxCount > 0 || label.detectionCount > 0 {
      table.rows.append(
        [label.name, String(label.boxCount), String(label.detectionCount), percent(label.averagePrecision)]
          + (has50 && isCOCO ? [percent(label.averagePrecision50)] : []))
    }
    table.rows.append(
      [
        isCOCO ? "all" : "mean", String(result.classes.reduce(0) { $0 + $1.boxCount }),
        String(result.classes.reduce(0) { $0 + $1.detectionCount }), percent(result["AP"] ?? result["mAP"]),
      ] + (has50 && isCOCO ? [percent(result["AP50"])] : []))
    return table.text
  }

  private var attributes: String {
    var table = TextTable(
      header: ["objects by", "from", "to", "boxes", "AP", "AP50", "found"], numericColumns: [1, 2, 3, 4, 5, 6])
    for breakdown in result.attributes {
      for bin in breakdown.bins where bin.objects > 0 {
        table.rows.append([
          breakdown.attribute, String(format: "%g", bin.lower), String(format: "%g", bin.upper), String(bin.objects),
          percent(bin.averagePrecision), percent(bin.averagePrecision50), percent(bin.recall50),
        ])
      }
    }
    return table.text
  }

  private func percent(_ value: Double?) -> String { value.map { String(format: "%.2f %%", 100 * $0) } ?? "–" }
}
