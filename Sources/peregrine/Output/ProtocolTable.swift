import Evaluation
import Foundation

/// A protocol explanation for terminals: the figures, what each choice is, and what comes near a published figure.
struct ProtocolTable {
  private let explanation: ProtocolExplanation

  init(_ explanation: ProtocolExplanation) {
    self.explanation = explanation
  }

  var text: String {
    var parts = [figures]
    let still = explanation.rows.filter { !isListed($0) }
    if !still.isEmpty { parts.append("No figure is moved by \(still.map(\.name).joined(separator: "; ")).") }
    parts.append(words)
    if !explanation.inapplicable.isEmpty {
      parts.append("Of no account here: \(explanation.inapplicable.joined(separator: "; ")).")
    }
    if !explanation.remarks.isEmpty { parts.append("By COCO's rules \(explanation.remarks.joined(separator: "; ")).") }
    if let target = explanation.target { parts.append(text(target)) }
    return parts.joined(separator: "\n\n")
  }

  /// Whether the row says something: one of the usual protocols, or a figure that is not COCO's.
  private func isListed(_ row: ProtocolExplanation.Row) -> Bool {
    row.group == .protocols
      || ProtocolExplanation.Metric.allCases.contains { row.difference[$0].map(points) ?? points(0) != points(0) }
  }

  /// The listed rows of each group, in their order.
  private var groups: [(title: String, rows: ArraySlice<ProtocolExplanation.Row>)] {
    let rows = explanation.rows.filter(isListed)
    let starts = rows.indices.filter { $0 == 0 || rows[$0 - 1].group != rows[$0].group }
    return zip(starts, starts.dropFirst() + [rows.count]).map { (rows[$0].group.rawValue, rows[$0..<$1]) }
  }

  private var figures: String {
    var table = TextTable(
      header: ["protocol", "AP", "points", "AP50", "points", "AP75", "points"], numericColumns: [1, 2, 3, 4, 5, 6])
    let metrics = ProtocolExplanation.Metric.allCases
    func cells(_ row: ProtocolExplanation.Row, isBaseline: Bool) -> [String] {
      metrics.flatMap { metric in
        [
          row.figures[metric].map { String(format: "%.2f %%", 100 * $0) } ?? "–",
          isBaseline ? "" : row.difference[metric].map(points) ?? "–",
        ]
      }
    }
    table.rows.append([explanation.baseline.name] + cells(explanation.baseline, isBaseline: true))
    for group in groups {
      table.rows.append([group.title])
      for row in group.rows { table.rows.append(["  \(row.name)"] + cells(row, isBaseline: false)) }
    }
    return table.text
  }

  private var words: String {
    ([explanation.baseline] + explanation.rows).map { "\($0.name): \($0.words)." }.joined(separator: "\n")
  }

  private func text(_ target: ProtocolExplanation.Target) -> String {
    let figure = String(format: "%@ %.2f %%", target.metric.rawValue, 100 * target.value)
    guard !target.matches.isEmpty else {
      return "No choice and no pair of choices comes within \(ProtocolExplanation.Target.tolerance) points of "
        + "\(figure); the nearest are\n" + lines(target.nearest[...])
    }
    let shown = target.matches.prefix(20)
    var text = "Within \(ProtocolExplanation.Target.tolerance) points of \(figure):\n" + lines(shown)
    if shown.count < target.matches.count {
      text += "\n  and \(target.matches.count - shown.count) more, which --json lists"
    }
    return text
  }

  private func lines(_ candidates: ArraySlice<ProtocolExplanation.Target.Candidate>) -> String {
    candidates.map { candidate in
      let points = self.points(candidate.difference)
      let space = String(repeating: " ", count: max(0, 5 - points.count))
      return String(format: "  %.2f %%  ", 100 * candidate.value) + "\(space)\(points)  "
        + candidate.choices.joined(separator: " + ")
    }.joined(separator: "\n")
  }

  /// With its sign; zero without.
  private func points(_ difference: Double) -> String {
    abs(difference) < 0.005 ? "0.00" : String(format: "%+.2f", difference)
  }
}
