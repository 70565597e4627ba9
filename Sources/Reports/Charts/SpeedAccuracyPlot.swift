import DetectionUtilities
import Evaluation

/// Average precision over time, with intervals, the Pareto front, and lines between settings of one model.
struct SpeedAccuracyPlot {
  /// Those with an average precision; at least one has times.
  var series: [ComparisonSeries]
  var front: [ComparedDetector]

  /// - Parameter names: whether points are labelled with names, or with numbers alone.
  func svg(width: Double, height: Double, names: Bool) -> String {
    let precisions = series.flatMap { series in
      [series.entry.averagePrecision, series.interval?.lower, series.interval?.upper].compactMap(\.self)
    }
    var chart = SVGChart(
      width: width, height: height, xLabel: "median milliseconds an image (logarithmic)", yLabel: "AP in %",
      xScale: .logarithmic(covering: series.compactMap { $0.entry.timing?.whole.median }),
      yScale: .percent(covering: precisions))
    chart.addSteps(front.compactMap(\.place))
    for thread in threads { chart.addThread(thread) }
    var spots: [(series: ComparisonSeries, spot: (x: Double, y: Double))] = []
    // Levels have no place along the axis: their intervals stand in a row at the right edge.
    var inset = 10.0
    for series in series {
      guard let precision = series.entry.averagePrecision else { continue }
      if let place = series.entry.place {
        chart.addPoint(
          place.x, place.y, interval: series.interval, marker: series.marker, kind: series.kind, note: series.note)
        spots.append((series, chart.point(place.x, place.y)))
      } else {
        chart.addLevel(precision, interval: series.interval, inset: inset, kind: series.kind, note: series.note)
        spots.append((series, (chart.left + chart.plotWidth - inset, chart.point(chart.xScale.lower, precision).y)))
        inset += 16
      }
    }
    var labels = SVGLabels(
      within: SVGLabels.Box(
        left: chart.left + 2, top: chart.top, right: chart.left + chart.plotWidth, bottom: chart.top + chart.plotHeight),
      taken: chart.taken)
    for (series, spot) in spots {
      let name = names ? "\(series.number) \(HTMLText.shortened(series.entry.name, to: 34))" : series.number
      chart.addLabel(name, at: spot, kind: series.kind, among: &labels)
    }
    return chart.svg("Average precision over time", details: series.map(\.note).joined(separator: "; "))
  }

  /// Places of entries of one model that differ in one thing only, by time.
  var threads: [[(x: Double, y: Double)]] {
    typealias Setting = ComparedDetector.Setting
    let without: [(inout Setting) -> Void] = [
      { ($0.width, $0.height) = (nil, nil) }, { $0.proposals = nil }, { $0.precision = nil }, { $0.threads = nil },
    ]
    var drawn: [[Int]] = []
    for clear in without {
      var groups: [(path: String, setting: Setting, members: [ComparisonSeries])] = []
      for series in series where series.entry.place != nil {
        var setting = series.entry.setting
        clear(&setting)
        if let index = groups.firstIndex(where: { $0.path == series.entry.path && $0.setting == setting }) {
          groups[index].members.append(series)
        } else {
          groups.append((series.entry.path, setting, [series]))
        }
      }
      for group in groups where group.members.count > 1 {
        let indices = group.members.map(\.index)
        if !drawn.contains(indices) { drawn.append(indices) }
      }
    }
    return drawn.map { indices in
      series.filter { indices.contains($0.index) }.compactMap(\.entry.place).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    }
  }
}

extension ComparedDetector {
  /// Median milliseconds and average precision; nil without either.
  fileprivate var place: (x: Double, y: Double)? {
    guard let time = timing?.whole.median, let averagePrecision else { return nil }
    return (time, averagePrecision)
  }
}

extension ComparisonSeries {
  /// Of the average precision; nil without a bootstrap.
  var interval: (lower: Double, upper: Double)? {
    entry.analysis.intervals.map { ($0.averagePrecision.lower, $0.averagePrecision.upper) }
  }

  /// The two most important figures in words.
  var note: String {
    let time = entry.timing.map { "\(HTMLText.milliseconds($0.whole.median)) ms" } ?? "not timed"
    return "\(number) \(entry.name): AP \(HTMLText.percent(entry.averagePrecision)) %"
      + "\(ComparisonFindings.interval(entry)), \(time)"
  }
}
