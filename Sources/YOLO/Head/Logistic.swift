import DetectionUtilities

/// The logistic function and its relatives.
package enum Logistic {
  /// σ(x) = 1/(1 + e^−x).
  package static func sigmoid(_ x: Double) -> Double {
    let power = (-abs(x)).exponential()
    return x >= 0 ? 1 / (1 + power) : power / (1 + power)
  }

  /// log(1 + e^x), the binary cross-entropy of a logit whose target is 0; for a target t it is softplus(x) − t·x.
  package static func softplus(_ x: Double) -> Double { max(x, 0) + (1 + (-abs(x)).exponential()).logarithm() }

  /// The inverse of ``sigmoid(_:)``: −∞ at 0, +∞ at 1 and above.
  package static func logit(_ probability: Double) -> Double {
    probability < 1 ? (probability / (1 - probability)).logarithm() : .infinity
  }

  /// σ(x) and softplus(x) of eight numbers at once, within 1e-6 (relative to the larger of 1 and the value).
  ///
  /// The numbers are finite. Written so that every step is one vector instruction of the baseline set: no rounding, no
  /// library call, no lane-wise minimum.
  @inline(__always)
  package static func sigmoidAndSoftplus(_ x: SIMD8<Float>) -> (sigmoid: SIMD8<Float>, softplus: SIMD8<Float>) {
    let isNegative = x .< 0
    let power = x.replacing(with: -x, where: x .> 0).exponentialOfNonPositive()
    let inverse = 1 / (1 + power)
    let sigmoid = inverse.replacing(with: power * inverse, where: isNegative)
    // log(1 + p) = 2 atanh(z) with z = p/(2 + p) ≤ 1/3: the odd series to z¹³ is exact to single precision.
    let z = power / (2 + power)
    let u = z * z
    var series = SIMD8<Float>(repeating: 1 / 13)
    series = series * u + 1 / 11
    series = series * u + 1 / 9
    series = series * u + 1 / 7
    series = series * u + 1 / 5
    series = series * u + 1 / 3
    series = series * u + 1
    return (sigmoid, x.replacing(with: 0, where: isNegative) + 2 * z * series)
  }
}
