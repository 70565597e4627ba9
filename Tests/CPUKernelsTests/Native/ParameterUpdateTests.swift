import CPUKernels
import TensorTesting
import Testing

/// Every element has the bits of the formula worked one operation after the other, wherever vectors and items begin.
@Suite struct ParameterUpdateTests {
  static let counts = [0, 1, 7, 8, 19, 32_768 + 5, 100_003]

  static func values(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: range, using: &generator) }
  }

  @Test(arguments: counts)
  func adamW(count: Int) {
    var (parameter, gradient) = (Self.values(count, seed: 1), Self.values(count, seed: 2))
    var (first, second) = (Self.values(count, seed: 3), Self.values(count, seed: 4, in: 0...1))
    let before = (parameter: parameter, first: first, second: second)
    ParameterUpdate.adamW(
      &parameter, gradient: &gradient, first: &first, second: &second, count: count,
      ParameterUpdate.AdamWFactors(
        keep: 0.99, firstGain: 0.1, secondBeta: 0.999, secondGain: 0.001, rate: 0.02, inverseRootCorrection: 3.5,
        epsilon: 1e-8))
    for index in 0..<count {
      let slope = gradient[index]
      let mean = before.first[index] + 0.1 * (slope - before.first[index])
      let square = 0.999 * before.second[index] + 0.001 * (slope * slope)
      let moved = before.parameter[index] * 0.99 - 0.02 * (mean / (square.squareRoot() * 3.5 + 1e-8))
      guard first[index] == mean, second[index] == square, parameter[index] == moved else {
        Issue.record("element \(index) of \(count): \(parameter[index]) instead of \(moved)")
        return
      }
    }
  }

  @Test(arguments: counts, [false, true])
  func momentum(count: Int, isNesterov: Bool) {
    var (parameter, gradient) = (Self.values(count, seed: 1), Self.values(count, seed: 2))
    var velocity = Self.values(count, seed: 3)
    let before = (parameter: parameter, velocity: velocity)
    ParameterUpdate.momentum(
      &parameter, gradient: &gradient, velocity: &velocity, count: count, momentum: 0.9, decay: 0.01, rate: 0.3,
      isNesterov: isNesterov)
    for index in 0..<count {
      let (value, slope) = (before.parameter[index], gradient[index])
      let decayed = slope + 0.01 * value
      // The decay is added last where nothing looks ahead: sums of three are rounded twice.
      let kept = 0.9 * before.velocity[index]
      let speed = isNesterov ? kept + decayed : kept + slope + 0.01 * value
      let moved = value - 0.3 * (isNesterov ? decayed + 0.9 * speed : speed)
      guard velocity[index] == speed, parameter[index] == moved else {
        Issue.record("element \(index) of \(count): \(parameter[index]) instead of \(moved)")
        return
      }
    }
  }

  @Test(arguments: counts)
  func average(count: Int) {
    var (average, value) = (Self.values(count, seed: 1), Self.values(count, seed: 2))
    let expected = zip(average, value).map { $0 + 0.02 * ($1 - $0) }
    ParameterUpdate.average(&average, towards: &value, count: count, gain: 0.02)
    #expect(average == expected)
  }
}
