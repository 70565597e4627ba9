internal import CImageCodecs

/// One axis of a separable bilinear resampling: which source samples make up each output sample, and how much.
///
/// Sample i covers [i, i + 1) on both sides, so output centre `i + 0.5` lies at source `(i + 0.5) * source / target`.
struct ResamplingAxis {
  /// The first source index of each output.
  private(set) var starts: [Int32] = []
  /// `taps` weights per output, in 1/16384, not negative and summing to 16384.
  private(set) var weights: [Int16] = []
  let taps: Int

  /// - Parameter antialias: when shrinking, widens the triangle filter from one source sample to one output sample, so
  ///   that every source sample counts (as PIL and torchvision do). Otherwise the two nearest samples are blended.
  init(source: Int, target: Int, antialias: Bool) {
    let scale = Double(source) / Double(target)
    let support = antialias ? max(scale, 1) : 1
    taps = min(source, Int((2 * support).rounded(.up)) + 1)
    starts.reserveCapacity(target)
    weights.reserveCapacity(target * taps)
    var exact = [Double](repeating: 0, count: taps)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * scale
      let start = min(max(Int((center - support - 0.5).rounded(.down)) + 1, 0), source - taps)
      starts.append(Int32(start))
      // Outside the image there is nothing: for two taps, dividing by the sum repeats the edge.
      var sum = 0.0
      for tap in 0..<taps {
        exact[tap] = max(0, 1 - abs(Double(start + tap) + 0.5 - center) / support)
        sum += exact[tap]
      }
      // Rounding the running sum, not each weight, keeps the total exact however many taps there are.
      var running = 0.0
      var assigned = 0
      for tap in 0..<taps {
        running += exact[tap] / sum
        let upTo = tap == taps - 1 ? 16384 : Int((running * 16384).rounded())
        weights.append(Int16(upTo - assigned))
        assigned = upTo
      }
    }
  }

  func withCodecAxis<Result>(_ body: (CodecResamplingAxis) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      weights.withUnsafeBufferPointer { weights in
        body(
          CodecResamplingAxis(
            starts: starts.baseAddress, weights: weights.baseAddress, taps: Int32(taps), count: Int32(starts.count)))
      }
    }
  }
}
