import DetectionUtilities

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
    let wide = plot(report, series, width: 820, height: 470, names: series.count <= mostNames)
    let narrow = plot(report, series, width: 360, height: 340, names: false)
    let isMarked = series.contains { $0.entry.timing == nil }
    let about =
      "<p class=\"about\">Further left is faster, higher is more accurate. Round: one stage; square: two stages. A vertical "
      + "bar is the interval of the AP. No detector is below and to the right of the stepped line's corners but is beaten "
      + "in both (the Pareto front). A thin line joins settings of one model."
      + (isMarked ? " A dotted level is a file of detections, of which no time is known." : "") + "</p>"
    return "<div class=\"wide\">\(wide)</div><div class=\"narrow\">\(narrow)</div>"
      + ComparisonSeries.legend(series) + about
  }

  private static func plot(
    _ report: ComparisonReport, _ series: [ComparisonSeries], width: Double, height: Double, names: Bool
  ) -> String {
    let precisions = series.flatMap { series -> [Double] in
      let interval = series.interval
      return [series.entry.averagePrecision, interval?.lower, interval?.upper].compactMap(\.self)
    }
    var chart = SVGChart(
      width: width, height: height, xLabel: "median milliseconds an image (logarithmic)", yLabel: "AP in %",
      xScale: .logarithmic(covering: series.compactMap { $0.entry.timing?.whole.median }),
      yScale: .percent(covering: precisions))
    chart.addSteps(report.front.compactMap { entry in place(entry) })
    var models: [String] = []
    for path in series.map(\.entry.path) where !models.contains(path) { models.append(path) }
    for model in models {
      let places = series.filter { $0.entry.path == model }.compactMap { place($0.entry) }
      if places.count > 1 { chart.addThread(places.sorted { ($0.x, $0.y) < ($1.x, $1.y) }) }
    }
    var taken: [SVGLabels.Box] = []
    var spots: [(series: ComparisonSeries, place: (x: Double, y: Double))] = []
    var inset = 10.0
    for series in series {
      guard let precision = series.entry.averagePrecision else { continue }
      let note = note(series)
      if let place = place(series.entry) {
        chart.addPoint(
          place.x, place.y, interval: series.interval, marker: series.marker, kind: series.kind, note: note)
        spots.append((series, chart.point(place.x, place.y)))
      } else {
        chart.addLevel(precision, interval: series.interval, inset: inset, kind: series.kind, note: note)
        let y = chart.point(chart.xScale.lower, precision).y
        spots.append((series, (chart.left + chart.plotWidth - inset, y)))
        inset += 16
      }
    }
    for spot in spots {
      let (x, y) = spot.place
      taken.append(SVGLabels.Box(left: x - 6, top: y - 6, right: x + 6, bottom: y + 6))
      if let interval = spot.series.interval {
        let (top, bottom) = (
          chart.point(chart.xScale.lower, interval.upper).y, chart.point(chart.xScale.lower, interval.lower).y
        )
        taken.append(SVGLabels.Box(left: x - 3, top: top, right: x + 3, bottom: bottom))
      }
    }
    var labels = SVGLabels(
      within: SVGLabels.Box(
        left: chart.left + 2, top: chart.top, right: chart.left + chart.plotWidth, bottom: chart.top + chart.plotHeight),
      taken: taken)
    for spot in spots {
      let name =
        names ? "\(spot.series.number) \(HTMLText.shortened(spot.series.entry.name, to: 34))" : spot.series.number
      chart.addLabel(name, at: spot.place, kind: spot.series.kind, among: &labels)
    }
    return chart.svg("Average precision over time", details: series.map(note).joined(separator: "; "))
  }

  private static func place(_ entry: ComparedDetector) -> (x: Double, y: Double)? {
    guard let time = entry.timing?.whole.median, let precision = entry.averagePrecision else { return nil }
    return (time, precision)
  }

  private static func note(_ series: ComparisonSeries) -> String {
    let time = series.entry.timing.map { "\(HTMLText.milliseconds($0.whole.median)) ms" } ?? "not timed"
    return "\(series.number) \(series.entry.name): AP \(HTMLText.percent(series.entry.averagePrecision)) %"
      + "\(ComparisonFindings.interval(series.entry)), \(time)"
  }

  /// A row for each with its figure and its interval on one scale.
  private static func accuracyIntervals(_ series: [ComparisonSeries]) -> String {
    let figures = series.map { ($0, $0.entry.averagePrecision ?? 0, $0.interval) }
    let scale = SVGScale.percent(covering: figures.flatMap { [$0.1, $0.2?.lower, $0.2?.upper].compactMap(\.self) })
    let rows = figures.map { series, value, interval -> String in
      let strip = SVGStrip(scale: scale).interval(value, interval, kind: series.kind, note: note(series))
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

extension ComparisonSeries {
  /// Of the average precision; nil without a bootstrap.
  var interval: (lower: Double, upper: Double)? {
    entry.analysis.intervals.map { ($0.averagePrecision.lower, $0.averagePrecision.upper) }
  }
}
