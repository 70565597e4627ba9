internal import CConvolutions

/// What an optimiser does to a parameter's elements, each by itself, in one pass over memory on all threads.
///
/// The result does not depend on the threads or on the processor.
package enum ParameterUpdate {
  /// What AdamW multiplies with in one step (Loshchilov & Hutter 2019, algorithm 2).
  package struct AdamWFactors {
    fileprivate var factors: pbk_adamw_factors

    /// - Parameters:
    ///   - keep: 1 − rate · weight decay.
    ///   - firstGain: 1 − β₁; `secondGain`: 1 − β₂.
    ///   - rate: the learning rate / (1 − β₁ᵗ).
    ///   - inverseRootCorrection: 1 / √(1 − β₂ᵗ).
    package init(
      keep: Float, firstGain: Float, secondBeta: Float, secondGain: Float, rate: Float, inverseRootCorrection: Float,
      epsilon: Float
    ) {
      factors = pbk_adamw_factors(
        keep: keep, first_gain: firstGain, second_beta: secondBeta, second_gain: secondGain, rate: rate,
        inverse_root_correction: inverseRootCorrection, epsilon: epsilon)
    }
  }

  /// m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²; p ← p · keep − rate · (m / (√v · correction + ε)).
  package static func adamW(
    _ parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, count: Int, _ factors: AdamWFactors
  ) {
    withUnsafePointer(to: factors.factors) {
      pbk_adamw(parameter, gradient, first, second, count, $0, Int32(KernelThreads.count))
    }
  }

  /// v ← momentum · v + g + decay · p; p ← p − rate · v, or with Nesterov's look ahead
  /// p ← p − rate · (g + decay · p + momentum · v).
  package static func momentum(
    _ parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>,
    count: Int, momentum: Float, decay: Float, rate: Float, isNesterov: Bool
  ) {
    pbk_momentum(
      parameter, gradient, velocity, count, momentum, decay, rate, isNesterov, Int32(KernelThreads.count))
  }

  /// average ← average + gain · (value − average).
  package static func average(
    _ average: UnsafeMutablePointer<Float>, towards value: UnsafePointer<Float>, count: Int, gain: Float
  ) {
    pbk_average(average, value, count, gain, Int32(KernelThreads.count))
  }
}
