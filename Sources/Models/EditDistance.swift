/// How far apart two words are, for "did you mean".
package enum EditDistance {
  /// The fewest insertions, deletions and replacements of a character that turn one word into the other
  /// (Levenshtein 1966), letter case aside.
  ///
  /// - Complexity: O(*m n*).
  package static func between(_ first: String, _ second: String) -> Int {
    let first = Array(first.lowercased())
    let second = Array(second.lowercased())
    var row = Array(0...second.count)
    for (i, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(diagonal + (character == other ? 0 : 1), above + 1, row[j] + 1)
        diagonal = above
      }
    }
    return row[second.count]
  }

  /// The candidate nearest to `word`, the first one among equals; nil when there is none.
  package static func nearest(to word: String, in candidates: [String]) -> String? {
    candidates.min { between(word, $0) < between(word, $1) }
  }
}
