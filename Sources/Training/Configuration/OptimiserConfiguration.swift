/// Which optimiser trains, and its settings.
public struct OptimiserConfiguration: Codable, Sendable, Equatable {
  public enum Kind: String, ConfigurationChoice {
    /// `StochasticGradientDescent`.
    case sgd
    /// `AdamW`.
    case adamw
  }

  public var kind = Kind.sgd
  /// The rate after the warm-up. 0.01 suits `sgd` with batches of 16; `adamw` wants about 0.001.
  public var learningRate = 0.01
  /// Of `sgd`.
  public var momentum = 0.937
  /// Nesterov's form of momentum, of `sgd`.
  public var nesterov = true
  /// Of `adamw`.
  public var firstBeta = 0.9
  /// Of `adamw`.
  public var secondBeta = 0.999
  /// Of `adamw`.
  public var epsilon = 1e-8
  /// Applies to weights, not to biases or batch normalisation.
  public var weightDecay = 0.0005

  public init() {}

  /// The optimiser, before its first step.
  ///
  /// - Precondition: `validate(key:)` does not throw.
  public func makeOptimiser() -> any Optimiser {
    switch kind {
    case .sgd:
      StochasticGradientDescent(
        momentum: Float(momentum), weightDecay: Float(weightDecay), usesNesterov: nesterov)
    case .adamw:
      AdamW(firstBeta: firstBeta, secondBeta: secondBeta, epsilon: epsilon, weightDecay: weightDecay)
    }
  }

  /// - Throws: ``ConfigurationError`` for a value outside its range.
  func validate(key: String) throws(ConfigurationError) {
    try require(learningRate > 0 && learningRate.isFinite, "\(key).learningRate", "expected a number above 0")
    // Momentum becomes a Float, and 0.99999999 rounds up to 1 there.
    try require(momentum >= 0 && Float(momentum) < 1, "\(key).momentum", "expected a number in [0, 1)")
    try require((0..<1).contains(firstBeta), "\(key).firstBeta", "expected a number in [0, 1)")
    try require((0..<1).contains(secondBeta), "\(key).secondBeta", "expected a number in [0, 1)")
    try require(epsilon > 0 && epsilon.isFinite, "\(key).epsilon", "expected a number above 0")
    try require(weightDecay >= 0 && weightDecay.isFinite, "\(key).weightDecay", "expected a number from 0 up")
  }
}

/// Refuses a setting whose value makes no sense.
func require(_ holds: Bool, _ key: String, _ expectation: String) throws(ConfigurationError) {
  if !holds { throw ConfigurationError(problem: .wrongValue(key: key, expectation: expectation)) }
}
