import DetectionUtilities
import Evaluation

extension ComparisonPage {
  static func stages(_ report: ComparisonReport) -> String {
    let timed = ComparisonSeries.all(report).compactMap { series in series.entry.timing.map { (series, $0) } }
    guard let longest = timed.map(\.1.whole.mean).max() else { return "" }
    let used = ComparedTiming.Stage.allCases.filter { stage in timed.contains { $0.1.time(of: stage) != nil } }
    let legend =
      used.map { "<li><i class=\"swatch \($0.kind)\"></i>\($0.rawValue)</li>" }
      + ["<li><i class=\"swatch rest\"></i>unaccounted</li>"]
    let strip = SVGStrip(scale: .upTo(longest), height: 26)
    let bars = timed.map { series, timing -> String in
      let parts = used.compactMap { stage -> SVGStrip.Part? in
        timing.time(of: stage).map { time in
          SVGStrip.Part(
            length: time.mean, kind: stage.kind, color: stage.color,
            note: "\(stage.rawValue): \(HTMLText.milliseconds(time.mean)) ms")
        }
      }
      let rest = SVGStrip.Part(
        length: timing.unaccounted, kind: "rest", color: "#8c959f",
        note: "unaccounted: \(HTMLText.milliseconds(timing.unaccounted)) ms")
      let note = "\(series.entry.name): \((parts + [rest]).map(\.note).joined(separator: ", "))"
      let picture = strip.parts(parts + [rest], note: note)
      return "<figure><figcaption>\(series.label): \(HTMLText.milliseconds(timing.whole.mean)) ms</figcaption>"
        + "\(picture)</figure>"
    }
    return about(timed.map(\.1)) + "<ul class=\"legend\">\(legend.joined())</ul>"
      + "<div class=\"strips\">\(bars.joined())</div>" + table(timed, used)
  }

  private static func about(_ timings: [ComparedTiming]) -> String {
    let shares = timings.map(\.accountedShare)
    let words = Set([shares.min(), shares.max()].map { HTMLText.percent($0) }).sorted().joined(separator: " to ")
    return
      "<p class=\"about\">Mean milliseconds an image; means add up, medians do not. The whole was measured on its own, "
      + "not as the sum of its parts: the parts make up \(words) % of it.</p>"
  }

  private static func table(
    _ timed: [(ComparisonSeries, ComparedTiming)], _ used: [ComparedTiming.Stage]
  ) -> String {
    let rows = timed.map { series, timing in
      let stages = used.map { timing.time(of: $0).map { HTMLText.milliseconds($0.mean) } ?? "–" }
      return HTMLTable.row(
        series.label,
        numbers: stages + [HTMLText.milliseconds(timing.unaccounted), HTMLText.milliseconds(timing.whole.mean)])
    }
    return HTMLTable(
      caption: "Mean milliseconds an image by stage",
      columns: ["detector"] + used.map(\.rawValue) + ["unaccounted", "whole"], kind: "figures", rows: rows
    ).html
  }
}

extension ComparedTiming {
  func time(of stage: Stage) -> Spread? { stages.first { $0.stage == stage }?.spread }

  /// Mean milliseconds of the whole that no stage has; below zero where clocks disagree by a little.
  var unaccounted: Double {
    let rest = whole.mean - stages.reduce(0) { $0 + $1.spread.mean }
    // No minus before a zero.
    return abs(rest) < 0.005 ? 0 : rest
  }
}

extension ComparedTiming.Stage {
  /// A class of the style sheet.
  var kind: String { self == .boxHead ? "box-head" : rawValue }

  /// On paper.
  var color: String {
    switch self {
    case .decode: "#94a3b8"
    case .preprocess: "#0891b2"
    case .network: "#1d4ed8"
    case .proposals: "#ca8a04"
    case .boxHead: "#ea580c"
    case .postprocess: "#16a34a"
    }
  }
}
