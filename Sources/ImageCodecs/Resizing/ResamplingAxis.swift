internal import CImageCodecs

/// One axis of a separable bilinear resampling: which source samples make up each output sample, and how much.
///
/// Sample i covers [i, i + 1) on both sides, so output centre `i + 0.5` lies at source `(i + 0.5) * source / target`.
struct ResamplingAxis {
  /// The first source index of each output.
  let starts: [Int32]
  /// `taps` weights per output, in 1/16384, not negative and summing to 16384. Those past the source are 0.
  let weights: [Int16]
  /// Even, since kernels take two at a time.
  let taps: Int

  /// - Parameter antialias: when shrinking, widens the triangle filter from one source sample to one output sample, so
  ///   that every source sample counts (as PIL and torchvision do). Otherwise the two nearest samples are blended.
  init(source: Int, target: Int, antialias: Bool) {
    let scale = Double(source) / Double(target)
    let support = antialias ? max(scale, 1) : 1
    let window = min(source, Int((2 * support).rounded(.up)) + 1)
    var starts: [Int32] = []
    var weights: [Int16] = []
    starts.reserveCapacity(target)
    weights.reserveCapacity(target * window)
    var exact = [Double](repeating: 0, count: window)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * scale
      let start = min(max(Int((center - support - 0.5).rounded(.down)) + 1, 0), source - window)
      starts.append(Int32(start))
      // Outside the image there is nothing: for two taps, dividing by the sum repeats the edge.
      var sum = 0.0
      for tap in 0..<window {
        exact[tap] = max(0, 1 - abs(Double(start + tap) + 0.5 - center) / support)
        sum += exact[tap]
      }
      // Rounding the running sum, not each weight, keeps the total exact however many taps there are.
      var running = 0.0
      var assigned = 0
      for tap in 0..<window {
        running += exact[tap] / sum
        let upTo = tap == window - 1 ? 16384 : Int((running * 16384).rounded())
        weights.append(Int16(upTo - assigned))
        assigned = upTo
      }
    }
    (self.starts, self.weights, taps) = Self.trimmed(starts, weights, window: window)
  }

  /// The same without the weights of 0 around each output's others, as far as one number of taps for all allows.
  private static func trimmed(
    _ starts: [Int32], _ weights: [Int16], window: Int
  ) -> (starts: [Int32], weights: [Int16], taps: Int) {
    let ranges = starts.indices.map { output in
      let own = weights[output * window..<(output + 1) * window]
      // Weights sum to 16384, so that one of them is not 0.
      return (own.firstIndex { $0 != 0 } ?? own.startIndex)..<(own.lastIndex { $0 != 0 } ?? own.startIndex) + 1
    }
    let taps = ((ranges.map(\.count).max() ?? 1) + 1) / 2 * 2
    var trimmedStarts = starts
    var trimmedWeights = [Int16](repeating: 0, count: starts.count * taps)
    for (output, range) in ranges.enumerated() {
      trimmedStarts[output] += Int32(range.lowerBound - output * window)
      for (tap, weight) in weights[range].enumerated() { trimmedWeights[output * taps + tap] = weight }
    }
    return (trimmedStarts, trimmedWeights, taps)
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
