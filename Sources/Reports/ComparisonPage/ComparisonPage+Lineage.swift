import DetectionUtilities
import Evaluation
import Models

extension ComparisonPage {
  /// How each step changed detection, with figures of the detectors that took it; empty without steps.
  static func lineage(_ steps: [LineageStep], _ report: ComparisonReport) -> String {
    if steps.isEmpty { return "" }
    let measured = steps.map { figures(of: $0, report) }
    let hasFigures = measured.contains { !$0.isEmpty }
    let rows = zip(steps, measured).map { step, figures -> String in
      let cells = [step.regions, step.runs, step.training, step.here].map { "<td>\($0)</td>" }
      return HTMLTable.row(
        "\(step.name), \(step.year)<span class=\"paper\">\(HTMLText.escaped(step.paper))</span>",
        cells + (hasFigures ? ["<td>\(figures.isEmpty ? "–" : figures)</td>"] : []))
    }
    let columns = [
      "detector", "where regions come from", "how often the network runs", "what is trained", "in this program",
    ]
    return
      "<p class=\"about\">Every step took one thing out of the way of the one before: first the repeated runs of the "
      + "network, then the search for regions, then the second stage itself. Columns two to four say what the papers "
      + "have.</p>"
      + HTMLTable(
        caption: "How detection got from many runs of a network to one",
        columns: columns + (hasFigures ? ["measured here"] : []), firstNumber: columns.count + 1, kind: "lineage",
        rows: rows
      ).html
  }

  /// The most accurate of the family and, where that is another one, the fastest.
  private static func figures(of step: LineageStep, _ report: ComparisonReport) -> String {
    guard let name = step.reportName else { return "" }
    let all = ComparisonSeries.all(report).filter { $0.entry.family.rawValue == name }
    let accurate = all.filter { $0.entry.averagePrecision != nil }.max {
      let (a, b) = ($0.entry.averagePrecision ?? 0, $1.entry.averagePrecision ?? 0)
      return a != b ? a < b : $0.index > $1.index
    }
    let fastest = all.filter { $0.entry.timing != nil }.min {
      let (a, b) = ($0.entry.timing?.whole.median ?? 0, $1.entry.timing?.whole.median ?? 0)
      return a != b ? a < b : $0.index < $1.index
    }
    var shown = [accurate, fastest].compactMap(\.self)
    if shown.count == 2 && shown[0].index == shown[1].index { shown.removeLast() }
    return shown.map { series in
      let time = series.entry.timing.map { ", \(HTMLText.milliseconds($0.whole.median)) ms" } ?? ""
      return "\(series.label): AP \(HTMLText.percent(series.entry.averagePrecision)) %\(time)"
    }.joined(separator: "<br>")
  }
}
