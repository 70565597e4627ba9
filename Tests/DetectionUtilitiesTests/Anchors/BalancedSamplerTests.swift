import DetectionUtilities
import Testing

@Suite struct BalancedSamplerTests {
  /// Positives at 0, 5, 10, …; ignored at 1, 6, …; background elsewhere.
  private let matches: [AnchorMatch] = (0..<100).map {
    switch $0 % 5 {
    case 0: .matched(groundTruth: 3)
    case 1: .ignored
    default: .background
    }
  }

  @Test(arguments: [(10, 0.5, 5, 5), (64, 0.5, 20, 44), (200, 0.25, 20, 60), (0, 0.5, 0, 0), (8, 0, 0, 8)])
  func countsAreKept(count: Int, fraction: Double, positives: Int, negatives: Int) {
    var random = LinearCongruentialGenerator(state: 3)
    let sample = BalancedSampler(count: count, positiveFraction: fraction).sample(matches, using: &random)
    #expect(sample.positives.count == positives)
    #expect(sample.negatives.count == negatives)
    #expect(Set(sample.positives).count == positives && sample.positives.allSatisfy { $0 % 5 == 0 })
    #expect(Set(sample.negatives).count == negatives && sample.negatives.allSatisfy { $0 % 5 > 1 })
    #expect(sample.negatives == sample.negatives.sorted())
  }

  @Test func seedDecides() {
    let sampler = BalancedSampler(count: 10, positiveFraction: 0.5)
    var (a, b, c) = (
      LinearCongruentialGenerator(state: 3), LinearCongruentialGenerator(state: 3),
      LinearCongruentialGenerator(state: 4)
    )
    let sample = sampler.sample(matches, using: &a)
    #expect(sample == sampler.sample(matches, using: &b))
    #expect(sample != sampler.sample(matches, using: &c))
  }

  @Test func emptyList() {
    var random = LinearCongruentialGenerator(state: 3)
    let sample = BalancedSampler(count: 10, positiveFraction: 0.5).sample([], using: &random)
    #expect(sample.positives.isEmpty && sample.negatives.isEmpty)
  }
}
