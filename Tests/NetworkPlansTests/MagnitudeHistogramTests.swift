import NetworkPlans
import Testing

@Suite struct MagnitudeHistogramTests {
  private func histogram(_ parts: [[Float]], binCount: Int) -> MagnitudeHistogram {
    var result = MagnitudeHistogram(binCount: binCount)
    for part in parts { part.withUnsafeBufferPointer { result.add($0) } }
    return result
  }

  @Test("bins widen as larger magnitudes come; zeros are in none")
  func bins() {
    let first = histogram([[0, 1, -2, 3, 4, .nan]], binCount: 4)
    #expect(first.binWidth == 1)
    // 4 is the upper edge of the last bin, and in it.
    #expect(first.bins == [0, 1, 1, 2])
    #expect(first.zeros == 1)
    #expect(first.hasNegatives)
    let second = histogram([[0, 1, 2, 3, 4], [8, .infinity]], binCount: 4)
    #expect(second.binWidth == 2)
    #expect(second.bins == [1, 3, 0, 1])
    #expect(second.largest == 8)
    #expect(!second.hasNegatives)
  }

  @Test("percentiles count zeros, and end at a bin's upper edge")
  func percentiles() {
    let seen = histogram([[1, 2, 3, 4, 8]], binCount: 4)
    // 1 to 3 lie in [0, 4), 4 in [4, 6), 8 in the last bin.
    #expect(seen.bins == [1, 2, 1, 1])
    #expect(seen.percentile(0.6) == 4)
    #expect(seen.percentile(0.8) == 6)
    #expect(seen.percentile(0.81) == 8)
    let withZeros = histogram([[1, 2, 3, 4, 8] + [Float](repeating: 0, count: 15)], binCount: 4)
    #expect(withZeros.percentile(0.9) == 4)
  }

  @Test("least squares clip what is rare where steps are coarse")
  func leastSquares() {
    let seen = histogram([[2] + [Float](repeating: 0.5, count: 100)], binCount: 2)
    #expect(seen.bins == [100, 1])
    // One step of 1: 100/12 + (1.5 − 1)² = 8.6 against one step of 2: 101 · 4/12 = 33.7.
    #expect(seen.leastSquares(levels: 1) == 1)
    // 255 steps: 100/255²/12 + 0.25 against 101 · 4/255²/12.
    #expect(seen.leastSquares(levels: 255) == 2)
  }

  @Test("ranges are signed where negatives were seen; a value that was always zero has none")
  func ranges() {
    let signed = histogram([[1, -3]], binCount: 8)
    #expect(signed.range(.maximum) == QuantizationRecipe.Range(largest: 3, isSigned: true))
    #expect(signed.range(.maximum)?.scale == Float(3) / 127)
    #expect(histogram([[5.1]], binCount: 8).range(.maximum)?.scale == Float(5.1) / 255)
    #expect(histogram([[0, 0]], binCount: 8).range(.maximum) == nil)
    #expect(histogram([], binCount: 8).range(.meanSquare) == nil)
  }
}
