import DetectionUtilities
import Testing

@Suite struct BootstrapIntervalTests {
  @Test func percentiles() {
    // 0, 1, …, 100: the 5th and 95th percentile are 5 and 95.
    let values: [Double] = (0...100).reversed().map { Double($0) }
    let interval = BootstrapInterval(value: 49, resampled: values, level: 0.9)
    #expect(isClose(interval.lower, 5, within: 1e-9))
    #expect(isClose(interval.upper, 95, within: 1e-9))
    #expect(interval.value == 49)
    #expect(interval.resamples == 101)
    // Two values: a quarter of the way from either end.
    let between = BootstrapInterval(value: 0, resampled: [1, 3], level: 0.5)
    #expect(between.lower == 1.5)
    #expect(between.upper == 2.5)
    #expect(BootstrapInterval(value: 2, resampled: [2]).lower == 2)
  }

  @Test func pairsOfTheSameResample() {
    let first: [Double] = [0.6, 0.4, 0.5, 0.9]
    let second: [Double] = [0.5, 0.5, 0.5, 0.1]
    let pair = PairedBootstrap(first: (0.5, first), second: (0.25, second), level: 0.5)
    #expect(pair.difference.value == 0.25)
    // Better in two, equal in one, of four.
    #expect(pair.shareFirstBetter == 0.625)
    // Differences -0.1, 0, 0.1, 0.8: a quarter of the way between ranks 0.75 and 2.25.
    #expect(isClose(pair.difference.lower, -0.025))
    #expect(isClose(pair.difference.upper, 0.275))
  }
}
