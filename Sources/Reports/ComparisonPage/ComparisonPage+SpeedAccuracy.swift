import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// With more entries than this the wide picture shows numbers as well.
  private static let mostNames = 8

  static func speedAndAccuracy(_ report: ComparisonReport) -> String {
    let series = ComparisonSeries.all(report).filter { $0.entry.averagePrecision != nil }
    if series.isEmpty { return "" }
    if series.allSatisfy({ $0.entry.timing == nil }) {
      return "<p class=\"about\">Nothing was timed, so that there is accuracy alone: AP with its interval.</p>"
        + accuracyIntervals(series)
    }
    let plot = SpeedAccuracyPlot(series: series, front: report.front)
    let wide = plot.svg(width: 820, height: 470, names: series.count <= mostNames)
    let narrow = plot.svg(width: 360, height: 340, names: false)
    let isMarked = series.contains { $0.entry.timing == nil }
    let about =
      "<p class=\"about\">Further left is faster, higher is more accurate. Round: one stage; square: two stages. A vertical "
      + "bar is the interval of the AP. What lies below and to the right of the stepped line (the Pareto front) is beaten in "
      + "both by a detector on it."
      + (plot.threads.isEmpty ? "" : " Thin lines join settings of one model that differ in one thing.")
      + (isMarked ? " A dotted level is a file of detections, of which no time is known." : "") + "</p>"
    return "<div class=\"wide\">\(wide)</div><div class=\"narrow\">\(narrow)</div>"
      + ComparisonSeries.legend(series) + about
  }

  /// A row for each with its figure and its interval on one scale.
  private static func accuracyIntervals(_ series: [ComparisonSeries]) -> String {
    let figures = series.map { ($0, $0.entry.averagePrecision ?? 0, $0.interval) }
    let scale = SVGScale.percent(covering: figures.flatMap { [$0.1, $0.2?.lower, $0.2?.upper].compactMap(\.self) })
    let rows = figures.map { series, value, interval -> String in
      let strip = SVGStrip(scale: scale).interval(value, interval, kind: series.kind, note: series.note)
      return HTMLTable.row(
        series.label, ["<td class=\"strip\">\(strip)</td>", HTMLText.numberCell(HTMLText.percent(value))])
    }
    let axis = "<tr class=\"axis\"><td></td><td class=\"strip\">\(SVGStrip(scale: scale).axis())</td><td></td></tr>"
    return HTMLTable(
      caption: "Average precision in % with its interval", columns: ["detector", "", "AP"], firstNumber: 2,
      rows: rows + [axis]
    ).html
  }
}
