/// The order in which detections are matched.
enum StableScoreOrder {
  /// Positions by descending score; equal scores keep their order and NaN comes last, as numpy's mergesort has it.
  static func descending(_ scores: [Double]) -> [Int] {
    rising(scores.enumerated().map { Entry(key: key($1), index: Int32($0)) }).map { Int($0.index) }
  }

  /// What is sorted.
  struct Entry {
    var key: UInt64
    var index: Int32
  }

  /// Entries by rising key; equal keys keep their order.
  ///
  /// - Complexity: O(n): a counting sort of each byte of the keys that is not the same in all.
  static func rising(_ entries: [Entry]) -> [Entry] {
    var entries = entries
    // Few are sorted sooner by comparison, with an order of their own for equal keys.
    guard entries.count > 128 else {
      let ranked = entries.enumerated().sorted {
        $0.element.key != $1.element.key ? $0.element.key < $1.element.key : $0.offset < $1.offset
      }
      return ranked.map(\.element)
    }
    var counts = [Int](repeating: 0, count: 8 * 256)
    for entry in entries {
      for digit in 0..<8 { counts[digit << 8 | byte(digit, of: entry.key)] += 1 }
    }
    var sorted = entries
    for digit in 0..<8 where counts[digit << 8 | byte(digit, of: entries[0].key)] < entries.count {
      var next = 0
      for place in digit << 8..<(digit + 1) << 8 { (counts[place], next) = (next, next + counts[place]) }
      for entry in entries {
        let place = digit << 8 | byte(digit, of: entry.key)
        sorted[counts[place]] = entry
        counts[place] += 1
      }
      swap(&entries, &sorted)
    }
    return entries
  }

  @inline(__always)
  private static func byte(_ digit: Int, of key: UInt64) -> Int { Int(key >> UInt64(8 * digit) & 255) }

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
