import DetectionUtilities
import Evaluation

/// What a comparison says in plain words: who is most accurate, who is fastest, what accuracy costs, how sure that is,
/// and which detector to choose when.
public struct ComparisonFindings: Sendable, Hashable {
  public struct Finding: Sendable, Hashable {
    /// One or two words.
    public var heading: String
    public var sentences: [String]
    /// Whether the sentences are alternatives, one of which a reader picks.
    public var isChoice = false
  }

  public let findings: [Finding]

  public init(_ report: ComparisonReport) {
    let groups = [
      Finding(heading: "Accuracy", sentences: Self.accuracy(report)),
      Finding(heading: "Speed", sentences: Self.speed(report)),
      Finding(heading: "The price", sentences: Self.price(report)),
      Finding(heading: "How sure", sentences: Self.certainty(report)),
      Finding(heading: "Which to choose", sentences: Self.choices(report), isChoice: true),
    ]
    findings = groups.filter { !$0.sentences.isEmpty }
  }

  /// The most accurate first; those without a figure are left out.
  static func ranked(_ report: ComparisonReport) -> [(entry: ComparedDetector, value: Double)] {
    report.entries.enumerated().compactMap { index, entry in
      entry.averagePrecision.map { (index, entry, $0) }
    }.sorted { $0.2 != $1.2 ? $0.2 > $1.2 : $0.0 < $1.0 }.map { ($0.1, $0.2) }
  }

  /// The fastest first; those without times are left out.
  static func timed(_ report: ComparisonReport) -> [(entry: ComparedDetector, timing: ComparedTiming)] {
    report.entries.enumerated().compactMap { index, entry in
      entry.timing.map { (index, entry, $0) }
    }.sorted {
      $0.2.whole.median != $1.2.whole.median ? $0.2.whole.median < $1.2.whole.median : $0.0 < $1.0
    }.map { ($0.1, $0.2) }
  }

  /// Whether the times of two detectors are closer than a repeated measurement would find them.
  static func isAsFast(_ entry: ComparedDetector, as other: ComparedDetector) -> Bool {
    guard let time = entry.timing?.whole.median, let otherTime = other.timing?.whole.median else { return false }
    return abs(time - otherTime) <= 0.03 * min(time, otherTime)
  }

  private static func accuracy(_ report: ComparisonReport) -> [String] {
    if report.entries.isEmpty { return ["No detector could be measured."] }
    let ranked = ranked(report)
    guard let best = ranked.first else { return ["The set has no objects to be found: nothing is said of accuracy."] }
    let figure = "an AP of \(HTMLText.percent(best.value)) %\(interval(best.entry))"
    if report.entries.count == 1 { return ["\(best.entry.name) reaches \(figure)."] }
    let equal = ranked.dropFirst().filter { $0.value == best.value }.map(\.entry.name)
    if !equal.isEmpty {
      return ["\(([best.entry.name] + equal).joined(separator: " and ")) are equally accurate, with \(figure)."]
    }
    let next = ranked.dropFirst().first.map { " Next comes \($0.entry.name) with \(HTMLText.percent($0.value)) %." }
    return ["\(best.entry.name) is the most accurate, with \(figure).\(next ?? "")"]
  }

  private static func speed(_ report: ComparisonReport) -> [String] {
    let timed = timed(report)
    guard let fastest = timed.first else {
      return report.entries.isEmpty ? [] : ["Nothing was timed: detections in files say nothing about speed."]
    }
    let whole = fastest.timing.whole
    let figure =
      "a median of \(HTMLText.milliseconds(whole.median)) ms an image from the file to the detections, and "
      + "\(HTMLText.milliseconds(whole.percentile90)) ms or less for nine images of ten"
    if timed.count == 1 { return ["\(fastest.entry.name) takes \(figure)."] }
    let equal = timed.dropFirst().filter { isAsFast($0.entry, as: fastest.entry) }.map { timed in
      "\(timed.entry.name) (\(HTMLText.milliseconds(timed.timing.whole.median)) ms)"
    }
    if !equal.isEmpty {
      return ["\(fastest.entry.name) has \(figure). About equally fast: \(equal.joined(separator: ", "))."]
    }
    return ["\(fastest.entry.name) is the fastest, with \(figure)."]
  }

  private static func price(_ report: ComparisonReport) -> [String] {
    let ranked = ranked(report)
    guard ranked.count > 1, let best = ranked.first, let fastest = timed(report).first else { return [] }
    var sentences: [String] = []
    var accurate: (entry: ComparedDetector, value: Double)? = best
    if best.entry.timing == nil {
      accurate = ranked.first { $0.entry.timing != nil }
      sentences.append(
        "\(best.entry.name) is a file of detections, so what its accuracy costs in time is not known here.")
      if let timed = accurate, timed.entry.name != fastest.entry.name {
        sentences.append("Of those that were timed, \(timed.entry.name) is the most accurate.")
      }
    }
    guard let accurate, let timing = accurate.entry.timing else { return sentences }
    if accurate.entry.name == fastest.entry.name {
      let others = best.entry.timing == nil ? " of those that were timed" : ""
      if timed(report).count > 1 {
        sentences.append("\(fastest.entry.name) is both the fastest and the most accurate\(others): there is no price.")
      }
      return sentences
    }
    if isAsFast(accurate.entry, as: fastest.entry) {
      return sentences + ["\(accurate.entry.name) is about as fast as the fastest: there is no price."]
    }
    let ratio = HTMLText.fixed(timing.whole.median / fastest.timing.whole.median, 1)
    var sentence = "\(accurate.entry.name) takes \(ratio) times as long as \(fastest.entry.name) "
    sentence += "(\(HTMLText.milliseconds(timing.whole.median)) against "
    sentence += "\(HTMLText.milliseconds(fastest.timing.whole.median)) ms)"
    if let value = fastest.entry.averagePrecision {
      sentence += " and has \(HTMLText.points(accurate.value - value)) of AP more"
    }
    return sentences + [sentence + "."]
  }

  /// In brackets, after a space; empty without one.
  static func interval(_ entry: ComparedDetector) -> String {
    guard let interval = entry.analysis.intervals?.averagePrecision else { return "" }
    return " (\(HTMLText.fixed(100 * interval.level, 0)) % interval \(HTMLText.percent(interval.lower)) to "
      + "\(HTMLText.percent(interval.upper)))"
  }
}
