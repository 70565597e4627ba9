/// The moving average of the parameters that is validated and kept (`ExponentialMovingAverage`).
public struct AveragingConfiguration: Codable, Sendable, Equatable {
  /// What the decay grows to; 0 keeps the parameters of the last step.
  public var decay = 0.9998
  /// How fast it grows: after this many steps it has 63 % of its final value. 0 for the full decay at once.
  public var rampSteps = 2000.0

  public init() {}

  /// - Throws: ``ConfigurationError`` for a value outside its range.
  func validate(key: String) throws(ConfigurationError) {
    try require((0..<1).contains(decay), "\(key).decay", "expected a number in [0, 1)")
    try require(rampSteps >= 0 && rampSteps.isFinite, "\(key).rampSteps", "expected a number from 0 up")
  }
}
