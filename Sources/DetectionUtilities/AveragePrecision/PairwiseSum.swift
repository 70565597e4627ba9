/// Sums as numpy does, to the last bit: the mean over thousands of precisions depends on the order of the additions.
enum PairwiseSum {
  static func mean(_ values: [Double]) -> Double { sum(values[...]) / Double(values.count) }

  /// Eight interleaved sums up to 128 numbers, halves beyond (Higham 1993, "The accuracy of floating point summation",
  /// in numpy's variant).
  static func sum(_ values: ArraySlice<Double>) -> Double {
    let first = values.startIndex
    if values.count < 8 { return values.reduce(0, +) }
    if values.count > 128 {
      let half = values.count / 2
      let middle = first + half - half % 8
      return sum(values[..<middle]) + sum(values[middle...])
    }
    var lanes = SIMD8<Double>.zero
    let blocks = values.count / 8
    for lane in 0..<8 { lanes[lane] = values[first + lane] }
    for block in stride(from: 1, to: blocks, by: 1) {
      for lane in 0..<8 { lanes[lane] += values[first + block * 8 + lane] }
    }
    var total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    for value in values[(first + blocks * 8)...] { total += value }
    return total
  }
}
