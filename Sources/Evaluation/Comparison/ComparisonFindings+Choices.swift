import DetectionUtilities

extension ComparisonFindings {
  /// Verdicts on the most accurate against the second and against the fastest.
  static func certainty(_ report: ComparisonReport) -> [String] {
    let ranked = ranked(report)
    guard let best = ranked.first, ranked.count > 1 else { return [] }
    var rivals = [ranked[1].entry.name]
    if let fastest = timed(report).first?.entry.name, fastest != best.entry.name, !rivals.contains(fastest) {
      rivals.append(fastest)
    }
    return rivals.compactMap { pair(best.entry.name, $0, in: report)?.verdict }
  }

  /// What to take for the time that an image may take; of detectors without times nothing is said.
  static func choices(_ report: ComparisonReport) -> [String] {
    let front = report.front
    guard timed(report).count > 1, let first = front.first else { return [] }
    if front.count == 1 {
      return ["\(first.name), in any case: no other one that was timed is faster or more accurate."]
    }
    var sentences: [String] = []
    for (index, entry) in front.enumerated() {
      guard let value = entry.averagePrecision, let time = entry.timing?.whole.median else { continue }
      let figures = "AP \(HTMLText.percent(value)) %, \(HTMLText.milliseconds(time)) ms"
      if index == 0 {
        let limit = front[1].timing.map { HTMLText.milliseconds($0.whole.median) } ?? ""
        sentences.append("Where an image may take less than \(limit) ms: \(entry.name) (\(figures)).")
        continue
      }
      var sentence = "Where it may take \(HTMLText.milliseconds(time)) ms or more: \(entry.name) (\(figures))"
      if let pair = pair(entry.name, front[index - 1].name, in: report), !pair.isDecided {
        sentence += "; whether it is really more accurate than \(front[index - 1].name), this set is too small to say"
      }
      sentences.append(sentence + ".")
    }
    return sentences + memory(report)
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
