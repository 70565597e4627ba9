import DetectionUtilities
import Evaluation

extension ComparisonPage {
  static func calibration(_ report: ComparisonReport) -> String {
    let all = ComparisonSeries.all(report)
    let series = ComparisonSeries.featured(report).filter { $0.entry.analysis.calibration.expected != nil }
    guard let first = series.first else { return "" }
    let rows = all.map { series in
      let calibration = series.entry.analysis.calibration
      return HTMLTable.row(
        series.label,
        numbers: [
          HTMLText.percent(calibration.expected), HTMLText.percent(calibration.maximum),
          HTMLText.grouped(calibration.bins.reduce(0) { $0 + $1.count }),
        ])
    }
    let table = HTMLTable(
      caption: "Calibration error in %", columns: ["detector", "expected", "maximum", "detections"], rows: rows)
    let bins = all.filter { $0.entry.analysis.calibration.expected != nil }.map(bins)
    return "<p class=\"about\">Of the detections with a confidence of 80 %, are 80 % right, at IoU "
      + "\(first.entry.analysis.calibration.iouThreshold)? A dot on the dashed line says yes; below it a detector is too "
      + "sure of itself. Bars are the share of right detections.</p>" + ComparisonSeries.omission(report)
      + "<div class=\"small\">\(series.map(diagram).joined())</div>" + table.html
      + "<details><summary>The bins as numbers</summary><div class=\"row\">\(bins.joined())</div></details>"
  }

  private static func diagram(_ series: ComparisonSeries) -> String {
    let calibration = series.entry.analysis.calibration
    let scale = SVGScale(unitTicks: [0, 0.5, 1])
    var chart = SVGChart(width: 220, height: 190, xLabel: "confidence", xScale: scale, yScale: scale)
    for bin in calibration.bins {
      guard let precision = bin.precision else { continue }
      chart.addBar(from: bin.lower, to: bin.upper, height: precision, kind: series.kind)
    }
    chart.addDiagonal()
    for bin in calibration.bins {
      guard let confidence = bin.confidence, let precision = bin.precision, 0...1 ~= confidence else { continue }
      chart.addRing(confidence, precision)
    }
    let error = "expected calibration error \(HTMLText.percent(calibration.expected)) %"
    let picture = chart.svg("Right detections by confidence of \(series.entry.name)", details: error)
    return "<figure><figcaption>\(series.label)</figcaption>\(picture)</figure>"
  }

  private static func bins(_ series: ComparisonSeries) -> String {
    let rows = series.entry.analysis.calibration.bins.map { bin in
      HTMLTable.row(
        "\(HTMLText.fixed(bin.lower, 2)) to \(HTMLText.fixed(bin.upper, 2))",
        numbers: [HTMLText.grouped(bin.count), HTMLText.percent(bin.confidence), HTMLText.percent(bin.precision)])
    }
    return HTMLTable(
      caption: "\(series.number) \(series.entry.name)", columns: ["confidence", "detections", "mean %", "right %"],
      rows: rows
    ).html
  }
}
