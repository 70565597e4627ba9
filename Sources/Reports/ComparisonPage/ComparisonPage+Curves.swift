import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// A picture a class up to this many; then those with most objects.
  private static let mostPictures = 24

  static func curves(_ report: ComparisonReport) -> String {
    let series = ComparisonSeries.featured(report)
    let means = series.map { PrecisionCurve.mean($0.entry.analysis.classes.compactMap(\.precision50)) }
    if means.allSatisfy(\.isEmpty) { return "" }
    var chart = SVGChart(width: 420, height: 330, xLabel: "recall", yLabel: "precision")
    for (series, mean) in zip(series, means) where !mean.isEmpty {
      chart.addLine(PrecisionCurve.points(mean), kind: series.kind, dash: series.dash)
    }
    let details = series.map {
      "\($0.entry.name): AP50 \(HTMLText.percent($0.entry.analysis.summary.averagePrecision50)) %"
    }
    let picture = HTMLPage.figure(
      "Mean of the classes, IoU 0.5",
      chart.svg("Precision over recall, mean of the classes", details: details.joined(separator: "; ")))
    let rows = series.map { series in
      HTMLTable.row(
        series.label,
        numbers: [series.entry.analysis.summary.averagePrecision50, series.entry.analysis.summary.averagePrecision75]
          .map(HTMLText.percent))
    }
    let table = HTMLTable(
      caption: "Area below the curve in %", columns: ["detector", "IoU 0.5", "IoU 0.75"], rows: rows)
    return ComparisonSeries.omission(report) + "<div class=\"row\">\(picture)\(table.html)</div>"
      + classCurves(report, series)
  }

  private static func classCurves(_ report: ComparisonReport, _ series: [ComparisonSeries]) -> String {
    let classes = ComparedClass.all(report).filter { $0.objects > 0 }
    if classes.count < 2 { return "" }
    let shown = classes.enumerated().sorted {
      $0.element.objects != $1.element.objects ? $0.element.objects > $1.element.objects : $0.offset < $1.offset
    }.prefix(mostPictures).sorted { $0.offset < $1.offset }.map(\.element)
    let pictures = shown.map { label -> String in
      let scale = SVGScale(unitTicks: [0, 0.5, 1])
      var chart = SVGChart(width: 220, height: 160, xScale: scale, yScale: scale)
      var details: [String] = []
      for series in series {
        guard let figures = label.figures[series.index], let curve = figures.precision50 else { continue }
        chart.addLine(PrecisionCurve.points(curve), kind: series.kind, dash: series.dash)
        details.append("\(series.entry.name): AP50 \(HTMLText.percent(figures.averagePrecision50)) %")
      }
      return HTMLPage.figure(
        label.name,
        chart.svg("Precision over recall of \(label.name)", details: details.joined(separator: "; ")))
    }
    let rest = classes.count - shown.count
    let note =
      rest > 0
      ? "<p class=\"about\">The \(shown.count) classes with most objects; \(rest) others are left out.</p>" : ""
    return "<h3>By class, IoU 0.5</h3>\(note)\(ComparisonSeries.legend(series))"
      + "<div class=\"small\">\(pictures.joined())</div>"
  }
}

/// One class over all entries.
struct ComparedClass {
  var name: String
  var objects: Int
  /// By the entry's index; nil where the entry does not know the class.
  var figures: [EvaluationAnalysis.ClassAnalysis?]

  /// In the order of the set's classes.
  static func all(_ report: ComparisonReport) -> [ComparedClass] {
    let byName = report.entries.map { entry in
      Dictionary(entry.analysis.classes.map { ($0.name, $0) }) { first, _ in first }
    }
    return report.data.classes.map { name in
      let figures = byName.map { $0[name] }
      return ComparedClass(name: name, objects: figures.compactMap { $0?.objects }.max() ?? 0, figures: figures)
    }
  }
}
