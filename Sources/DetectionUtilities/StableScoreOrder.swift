/// The order in which detections are judged.
enum StableScoreOrder {
  /// Positions by descending score; equal scores keep their order and NaN comes last, as numpy's mergesort has it.
  static func descending(_ scores: [Double]) -> [Int] {
    scores.indices.map { (score: scores[$0], index: $0) }
      .sorted { precedes($0.score, $1.score) ?? ($0.index < $1.index) }
      .map(\.index)
  }

  /// Whether a detection of score `a` comes before one of score `b`; nil at a tie.
  @inline(__always)
  static func precedes(_ a: Double, _ b: Double) -> Bool? {
    if a > b { return true }
    if a < b { return false }
    if a == b || (a.isNaN && b.isNaN) { return nil }
    return b.isNaN
  }
}
