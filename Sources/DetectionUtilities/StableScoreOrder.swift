/// The order in which detections are judged.
enum StableScoreOrder {
  /// Positions by descending score; equal scores keep their order and NaN comes last, as numpy's mergesort has it.
  static func descending(_ scores: [Double]) -> [Int] {
    var keys = scores.enumerated().map { (key: key($1), index: Int32($0)) }
    keys.sort { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
    return keys.map { Int($0.index) }
  }

  /// A number that rises where the score falls; the largest for NaN.
  @inline(__always)
  static func key(_ score: Double) -> UInt64 {
    if score.isNaN { return .max }
    // Adding 0 makes one of the two zeros.
    let bits = (score + 0).bitPattern
    let rising = bits >> 63 == 1 ? ~bits : bits | 1 << 63
    return ~rising
  }
}
