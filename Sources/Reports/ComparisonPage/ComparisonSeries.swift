import Evaluation

/// How one entry of a comparison looks all over the page: its number, which works without colour, and its colour.
struct ComparisonSeries {
  let index: Int
  let entry: ComparedDetector

  /// With more than this, curves lie over each other beyond telling apart.
  static let mostCurves = 8

  /// A class of the style sheet.
  var kind: String { SVGPalette.kinds[index % SVGPalette.kinds.count] }
  var number: String { String(index + 1) }
  /// Of a line: where the colours begin again, it is broken.
  var dash: String { ["", "7 3", "2 3"][min(2, index / SVGPalette.kinds.count)] }
  var marker: SVGChart.Marker { entry.hasProposals ? .square : .circle }

  /// The number on its colour.
  var tag: String { "<i class=\"tag \(kind)\">\(number)</i>" }
  /// The number and the name.
  var label: String { "\(tag) \(HTMLText.escaped(entry.name))" }
  /// The number; the name is only heard.
  var shortLabel: String { "\(tag)<span class=\"heard\"> \(HTMLText.escaped(entry.name))</span>" }

  static func all(_ report: ComparisonReport) -> [ComparisonSeries] {
    report.entries.enumerated().map { ComparisonSeries(index: $0, entry: $1) }
  }

  /// Those whose curves are drawn: all, or of many the Pareto front and then the most accurate.
  static func featured(_ report: ComparisonReport) -> [ComparisonSeries] {
    let all = all(report)
    if all.count <= mostCurves { return all }
    let front = Set(report.front.map(\.name))
    let ranked = all.sorted { a, b in
      let (isFront, isOtherFront) = (front.contains(a.entry.name), front.contains(b.entry.name))
      if isFront != isOtherFront { return isFront }
      let (value, other) = (a.entry.averagePrecision ?? -1, b.entry.averagePrecision ?? -1)
      return value != other ? value > other : a.index < b.index
    }
    return ranked.prefix(mostCurves).sorted { $0.index < $1.index }
  }

  static func legend(_ series: [ComparisonSeries]) -> String {
    "<ul class=\"legend\">\(series.map { "<li>\($0.label)</li>" }.joined())</ul>"
  }

  /// Says which are left out of pictures; empty where none is.
  static func omission(_ report: ComparisonReport) -> String {
    let count = report.entries.count
    if count <= mostCurves { return "" }
    return
      "<p class=\"about\">Of the \(count) detectors \(mostCurves) are drawn: those that no other one beats in both "
      + "time and accuracy, then the most accurate. Lines from number \(SVGPalette.kinds.count + 1) on are broken.</p>"
  }
}
