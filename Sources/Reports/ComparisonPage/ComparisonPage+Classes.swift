import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// More classes than this are folded away.
  private static let mostOpenClasses = 12

  static func classesAndSizes(_ report: ComparisonReport) -> String {
    let series = ComparisonSeries.all(report)
    let classes = ComparedClass.all(report)
    if series.isEmpty { return "" }
    let sizes: [(name: String, note: String, value: (COCOSummary) -> Double?)] = [
      ("small", "up to 32² pixels", \.averagePrecisionSmall), ("medium", "32² to 96²", \.averagePrecisionMedium),
      ("large", "96² and more", \.averagePrecisionLarge),
    ]
    let bySize = sizes.map { size in
      BarGroups.Group(
        heading: size.name, note: size.note, values: series.map { size.value($0.entry.analysis.summary) })
    }
    let byClass = classes.map { label in
      BarGroups.Group(
        heading: label.name, note: HTMLText.counted(label.objects, "object", "objects"),
        values: label.figures.map { $0?.averagePrecision })
    }
    let sizeBars = BarGroups(series: series, groups: bySize, greatest: 1, text: HTMLText.percent).html
    let classBars = BarGroups(series: series, groups: byClass, greatest: 1, text: HTMLText.percent).html
    let about =
      "<p class=\"about\">AP in %, a full bar is 100 %. A dash: the set has no such object.</p>"
    let body = about + ComparisonSeries.legend(series) + "<h3>By size</h3>" + sizeBars
    if classes.isEmpty { return body }
    if classes.count <= mostOpenClasses { return body + "<h3>By class</h3>" + classBars }
    return body
      + "<h3>By class</h3><details class=\"printed\"><summary>All \(classes.count) classes</summary>\(classBars)</details>"
  }

  static func errors(_ report: ComparisonReport) -> String {
    let series = ComparisonSeries.all(report)
    guard let first = series.first?.entry.analysis.errors else { return "" }
    var groups = DetectionErrorType.allCases.map { type in
      BarGroups.Group(
        heading: "\(type.explanation)", note: type.rawValue,
        values: series.map { $0.entry.analysis.errors.types[type.rawValue]?.averagePrecisionGain })
    }
    groups.append(
      BarGroups.Group(
        heading: "any false positive", note: "FalsePos",
        values: series.map { $0.entry.analysis.errors.falsePositiveGain }))
    groups.append(
      BarGroups.Group(
        heading: "any missed object", note: "FalseNeg",
        values: series.map { $0.entry.analysis.errors.falseNegativeGain }))
    let bars = BarGroups(
      series: series, groups: groups, greatest: groups.flatMap(\.values).compactMap(\.self).max() ?? 0
    ) { $0.map { HTMLText.fixed(100 * $0, 1) } ?? "–" }
    return
      "<p class=\"about\">By how many points the average precision at IoU \(first.foregroundIoU) would rise if one "
      + "cause of error were put right (TIDE, Bolya et al. 2020; background below IoU \(first.backgroundIoU)). The longest "
      + "bar is the greatest loss of all; losses do not add up.</p>" + ComparisonSeries.legend(series) + bars.html
  }
}
