import Testing
import Training

@Suite struct StochasticGradientDescentTests {
  /// PyTorch's formulas worked in double precision; see ``OptimiserTests/weights(of:)`` for the steps.
  @Test(
    arguments: [
      (true, 0, [[0.905, -2.095], [0.912, -2.088], [0.7058, -2.2942]]),
      (true, 0.1, [[0.886, -2.057], [0.868066, -1.994717], [0.630906146, -2.131775677]]),
      (false, 0, [[0.95, -2.05], [0.93, -2.07], [0.812, -2.188]]),
      (false, 0.1, [[0.94, -2.03], [0.9016, -2.0117], [0.758024, -2.075113]]),
    ] as [(Bool, Float, [[Double]])])
  func threeSteps(usesNesterov: Bool, weightDecay: Float, expected: [[Double]]) {
    let optimiser = StochasticGradientDescent(momentum: 0.9, weightDecay: weightDecay, usesNesterov: usesNesterov)
    let (weights, biases) = OptimiserTests.weights(of: optimiser)
    let biasesWithoutDecay = usesNesterov ? [0.905, 0.912, 0.7058] : [0.95, 0.93, 0.812]
    for step in 0..<3 {
      for element in 0..<2 { #expect(abs(Double(weights[step][element]) - expected[step][element]) < 1e-6) }
      #expect(abs(Double(biases[step]) - biasesWithoutDecay[step]) < 1e-6, "biases do not decay")
    }
  }

  @Test func withoutMomentumItIsPlainDescent() {
    let (weights, _) = OptimiserTests.weights(of: StochasticGradientDescent(momentum: 0))
    #expect(abs(weights[2][0] - (1 - 0.1 * 1.25)) < 1e-6)
  }
}
