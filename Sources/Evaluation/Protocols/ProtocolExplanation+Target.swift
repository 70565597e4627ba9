import DetectionUtilities

extension ProtocolExplanation {
  /// What comes near a published figure: choices and pairs of choices.
  public struct Target: Sendable, Hashable, Codable {
    /// Percentage points within which a figure counts as the published one, which is rounded to one digit.
    public static let tolerance = 0.1

    /// A choice or two that give a figure.
    public struct Candidate: Sendable, Hashable, Codable {
      /// Names of rows.
      public var choices: [String]
      public var value: Double
      /// From the published figure, percentage points.
      public var difference: Double
    }

    public var metric: Metric
    /// In [0, 1].
    public var value: Double
    /// Within the tolerance: choices, then pairs, the nearest first. A pair is left out where one of the two does nothing.
    public var matches: [Candidate]
    /// The three nearest of all.
    public var nearest: [Candidate]

    init(_ metric: Metric, _ value: Double, explaining rows: [Row], baseline: Row, of set: EvaluationSet) {
      self.metric = metric
      self.value = value
      let choices = Choice.all.filter { choice in rows.contains { $0.name == choice.name } }
      var known = Set([baseline.rules] + rows.map(\.rules))
      var pairs: [(first: Int, second: Int, rules: AveragePrecisionRules)] = []
      for first in choices.indices {
        for second in choices.indices.dropFirst(first + 1) where choices[first].group != choices[second].group {
          let rules = choices[second].applied(to: choices[first].applied(to: baseline.rules))
          if known.insert(rules).inserted { pairs.append((first, second, rules)) }
        }
      }
      let figures = ProtocolExplanation.figures(of: set, under: pairs.map(\.rules), metric: metric)
      func candidate(_ names: [String], _ found: Double?) -> Candidate? {
        found.map { Candidate(choices: names, value: $0, difference: 100 * ($0 - value)) }
      }
      var candidates = ([baseline] + rows).compactMap { candidate([$0.name], $0.figures[metric]) }
      let alone = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.figures[metric]) })
      for (pair, figures) in zip(pairs, figures) {
        let names = [choices[pair.first].name, choices[pair.second].name]
        guard let candidate = candidate(names, figures[metric]) else { continue }
        let isOneIdle = names.contains { name in
          alone[name].flatMap(\.self).map { abs($0 - candidate.value) < 1e-9 } ?? false
        }
        if !isOneIdle { candidates.append(candidate) }
      }
      let ranked = candidates.enumerated().sorted {
        (abs($0.element.difference), $0.offset) < (abs($1.element.difference), $1.offset)
      }.map(\.element)
      let near = ranked.filter { abs($0.difference) <= Self.tolerance + 1e-9 }
      // One choice explains better than two.
      matches = near.filter { $0.choices.count == 1 } + near.filter { $0.choices.count > 1 }
      nearest = Array(ranked.prefix(3))
    }
  }
}
