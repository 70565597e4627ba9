/// How the learning rate changes over a run, in epochs.
public struct ScheduleConfiguration: Codable, Sendable, Equatable {
  public enum Kind: String, ConfigurationChoice {
    /// Half a cosine from the learning rate down to `finalFraction` of it.
    case cosine
    /// Multiplied by `stepFactor` at each of `stepEpochs`.
    case step
  }

  public var kind = Kind.cosine
  /// Linear warm-up; may be a fraction of an epoch.
  public var warmupEpochs = 3.0
  /// Of `cosine`: the last rate as a fraction of the learning rate.
  public var finalFraction = 0.01
  /// Of `step`: epochs from whose start on the rate is lower, counted from 0.
  public var stepEpochs: [Double] = [60, 80]
  /// Of `step`.
  public var stepFactor = 0.1

  public init() {}

  /// The schedule for epochs of `batchCount` steps.
  ///
  /// - Precondition: `validate(key:)` does not throw.
  public func makeSchedule(baseRate: Double, epochs: Int, batchCount: Int) -> LearningRateSchedule {
    let decay: LearningRateSchedule.Decay =
      switch kind {
      case .cosine: .cosine(finalFraction: finalFraction)
      case .step:
        .step(milestones: stepEpochs.map { Int(($0 * Double(batchCount)).rounded()) }, factor: stepFactor)
      }
    // A warm-up longer than the run would never reach the rate that was asked for.
    let warmupSteps = min(Int((warmupEpochs * Double(batchCount)).rounded()), epochs * batchCount / 2)
    return LearningRateSchedule(
      baseRate: baseRate, warmupSteps: warmupSteps, totalSteps: epochs * batchCount, decay: decay)
  }

  /// - Throws: ``ConfigurationError`` for a value outside its range.
  func validate(key: String) throws(ConfigurationError) {
    let longest = TrainingConfiguration.maximumEpochs
    try require((0...Double(longest)).contains(warmupEpochs), "\(key).warmupEpochs", "expected 0 to \(longest)")
    try require((0...1).contains(finalFraction), "\(key).finalFraction", "expected a number in [0, 1]")
    try require((0...1).contains(stepFactor), "\(key).stepFactor", "expected a number in [0, 1]")
    try require(
      stepEpochs.allSatisfy((0...Double(longest)).contains), "\(key).stepEpochs", "expected epochs from 0 to \(longest)"
    )
  }
}
