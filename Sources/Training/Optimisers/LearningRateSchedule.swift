internal import Glibc

/// The learning rate at each step: a linear warm-up, then a decay. A pure function of the step.
public struct LearningRateSchedule: Hashable, Sendable {
  /// How the rate falls after the warm-up.
  public enum Decay: Hashable, Sendable {
    /// Half a cosine from the base rate down to `finalFraction` of it (Loshchilov & Hutter 2017, eq. 5, one cycle).
    case cosine(finalFraction: Double)
    /// Multiplied by `factor` from each of these steps on.
    case step(milestones: [Int], factor: Double)
  }

  public let baseRate: Double
  public let warmupSteps: Int
  public let totalSteps: Int
  public let decay: Decay

  /// - Precondition: `baseRate`, `warmupSteps` and `totalSteps` are not negative.
  public init(baseRate: Double, warmupSteps: Int, totalSteps: Int, decay: Decay) {
    precondition(baseRate >= 0 && warmupSteps >= 0 && totalSteps >= 0, "rates and steps are not negative")
    self.baseRate = baseRate
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
    self.decay = decay
  }

  /// The rate of step `step`, counted from 0. The first warm-up step has base / warmupSteps, the last one the base;
  /// from `totalSteps` on the cosine stays at its final value.
  ///
  /// - Precondition: `step` is not negative.
  public func learningRate(at step: Int) -> Double {
    precondition(step >= 0, "steps count from 0, not \(step)")
    if step < warmupSteps { return baseRate * Double(step + 1) / Double(warmupSteps) }
    switch decay {
    case .cosine(let finalFraction):
      let decaySteps = totalSteps - warmupSteps
      let progress = decaySteps > 0 ? min(1, Double(step - warmupSteps) / Double(decaySteps)) : 1
      return baseRate * (finalFraction + (1 - finalFraction) * 0.5 * (1 + cos(.pi * progress)))
    case .step(let milestones, let factor):
      return milestones.filter { $0 <= step }.reduce(baseRate) { rate, _ in rate * factor }
    }
  }
}
