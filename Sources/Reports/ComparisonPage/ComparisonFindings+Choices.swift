import DetectionUtilities
import Evaluation

extension ComparisonFindings {
  /// Outcomes of the most accurate against the second and against the fastest.
  static func certainty(_ report: ComparisonReport) -> [String] {
    let ranked = ranked(report)
    guard let best = ranked.first, ranked.count > 1 else { return [] }
    var others = [ranked[1].entry.name]
    if let fastest = timed(report).first?.entry.name, fastest != best.entry.name, !others.contains(fastest) {
      others.append(fastest)
    }
    return others.compactMap { pair(best.entry.name, $0, in: report)?.verdict }
  }

  /// What to take for the time that an image may take. A slower detector is named only where the set tells that it is
  /// more accurate than the one named before; of detectors without times nothing is said.
  static func choices(_ report: ComparisonReport) -> [String] {
    let front = report.front
    let eligible = report.entries.filter { $0.timing != nil && $0.averagePrecision != nil }
    guard eligible.count > 1, let first = front.first, let last = front.last else { return [] }
    let equals = eligible.filter { entry in
      entry.name != first.name && isAsFast(entry, as: first)
        && pair(entry.name, first.name, in: report)?.isDecided == false
    }.map(\.name)
    if !equals.isEmpty && (front.count == 1 || front.dropFirst().allSatisfy { equals.contains($0.name) }) {
      let names = equals.joined(separator: " or ")
      return ["\(first.name), or as well \(names): about as fast, and this set cannot tell which is more accurate."]
        + memory(report)
    }
    if front.count == 1 {
      return ["\(first.name), in any case: no other one that was timed is faster or more accurate."] + memory(report)
    }
    var chosen = [first]
    for entry in front.dropFirst() {
      let pair = pair(entry.name, chosen[chosen.count - 1].name, in: report)
      if pair?.isDecided != false { chosen.append(entry) }
    }
    var sentences = chosen.enumerated().map { index, entry in
      "\(occasion(index, chosen)): \(entry.name) (\(figures(entry)))."
    }
    if let best = chosen.last, best.name != last.name {
      let gain = HTMLText.points((last.averagePrecision ?? 0) - (best.averagePrecision ?? 0))
      sentences.append(
        "\(last.name) (\(figures(last))) has \(gain) of AP more than \(best.name), but the set is too small to say that it "
          + "is better.")
    }
    return sentences + memory(report)
  }

  /// When the detector at a place among the chosen ones is the one to take.
  private static func occasion(_ index: Int, _ chosen: [ComparedDetector]) -> String {
    func time(_ place: Int) -> String { chosen[place].timing.map { HTMLText.milliseconds($0.whole.median) } ?? "–" }
    if chosen.count == 1 { return "Whatever time an image may take" }
    return index == 0
      ? "Where an image may take less than \(time(1)) ms" : "Where it may take \(time(index)) ms or more"
  }

  private static func figures(_ entry: ComparedDetector) -> String {
    let time = entry.timing.map { HTMLText.milliseconds($0.whole.median) } ?? "–"
    return "AP \(HTMLText.percent(entry.averagePrecision)) %, \(time) ms"
  }

  private static func memory(_ report: ComparisonReport) -> [String] {
    let measured = report.entries.compactMap { entry in entry.cost?.peakMemory.map { (entry.name, $0) } }
    guard measured.count > 1, let least = measured.min(by: { $0.1 < $1.1 }),
      let most = measured.max(by: { $0.1 < $1.1 }), Double(most.1) > 1.1 * Double(least.1)
    else { return [] }
    return [
      "Where memory is short: \(least.0), which holds at most \(HTMLText.bytes(least.1)); the others hold up to "
        + "\(HTMLText.bytes(most.1))."
    ]
  }

  private static func pair(_ first: String, _ second: String, in report: ComparisonReport) -> ComparedPair? {
    report.pairs.first { $0.first == first && $0.second == second || $0.first == second && $0.second == first }
  }
}

extension ComparedPair {
  /// Whether zero lies outside of the interval of the difference.
  var isDecided: Bool {
    let difference = bootstrap.averagePrecision.difference
    return difference.lower > 0 || difference.upper < 0
  }
}
