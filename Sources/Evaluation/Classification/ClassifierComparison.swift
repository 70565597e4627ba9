import DetectionUtilities

/// Two classifiers on the same images: whether one is right more often than the other.
public struct ClassifierComparison: Sendable, Codable, Hashable {
  /// Accuracy of the second less that of the first, with its interval over resampled images (paired bootstrap; Efron &
  /// Tibshirani 1993).
  public let difference: BootstrapInterval
  /// Images that only one of them gets right.
  public let onlyFirst: Int
  public let onlySecond: Int
  /// Exact probability of a split at least as uneven where both are equally good (McNemar 1947, the binomial form).
  public let probability: Double

  /// - Precondition: both are of the same images in the same order, of which there is one; `resamples` is at least 1.
  public init(
    _ first: [ClassifiedPrediction], _ second: [ClassifiedPrediction], resamples: Int = 1000, seed: UInt64 = 0
  ) {
    precondition(
      !first.isEmpty && first.map(\.image) == second.map(\.image), "predictions of other images, or in another order")
    let gains = zip(first, second).map { ($1.isRight ? 1 : 0) - ($0.isRight ? 1 : 0) }
    onlyFirst = gains.count { $0 < 0 }
    onlySecond = gains.count { $0 > 0 }
    probability = Self.binomial(onlyFirst, onlySecond)
    let count = Double(gains.count)
    let means = (0..<resamples).map { resample -> Double in
      var generator = SeededGenerator(seed: seed, stream: [UInt64(resample)])
      return Double(gains.indices.reduce(0) { sum, _ in sum + gains[generator.uniform(below: gains.count)] }) / count
    }
    difference = BootstrapInterval(value: Double(gains.reduce(0, +)) / count, resampled: means)
  }

  /// Whether the images tell the two apart.
  public var isClear: Bool { probability < 0.05 }

  /// Twice the smaller tail of a fair coin, at most 1.
  private static func binomial(_ a: Int, _ b: Int) -> Double {
    let count = a + b
    guard count > 0 else { return 1 }
    // Logarithms of the binomial coefficients, one from the other.
    var (logTerm, tail) = (-Double(count) * 2.0.logarithm(), 0.0)
    for index in 0...min(a, b) {
      if index > 0 { logTerm += (Double(count - index + 1) / Double(index)).logarithm() }
      tail += logTerm.exponential()
    }
    return min(1, 2 * tail)
  }
}
