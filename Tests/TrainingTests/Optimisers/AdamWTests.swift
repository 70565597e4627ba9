import Testing
import Training

@Suite struct AdamWTests {
  /// PyTorch's formulas worked in double precision; see ``OptimiserTests/weights(of:)`` for the steps.
  @Test(
    arguments: [
      (0, [[0.900000002, -2.099999998], [0.873366299, -2.126633701], [0.807555140, -2.192444860]]),
      (0.1, [[0.890000002, -2.079999998], [0.854466299, -2.085833701], [0.780110477, -2.130786523]]),
    ] as [(Double, [[Double]])])
  func threeSteps(weightDecay: Double, expected: [[Double]]) {
    let (weights, biases) = OptimiserTests.weights(of: AdamW(weightDecay: weightDecay))
    for step in 0..<3 {
      for element in 0..<2 { #expect(abs(Double(weights[step][element]) - expected[step][element]) < 1e-6) }
      #expect(abs(Double(biases[step]) - [0.900000002, 0.873366299, 0.807555140][step]) < 1e-6)
    }
  }

  /// With a zero gradient only the decay moves a weight: p·(1 − 0.1·0.1).
  @Test func decayIsDecoupledFromTheGradient() {
    var optimiser = AdamW(weightDecay: 0.1)
    var parameters = OptimiserTests.parameters()
    optimiser.step(
      parameters: &parameters, gradients: OptimiserTests.store(["w": [0, 0]]),
      specifications: OptimiserTests.specifications, learningRate: 0.1)
    #expect(abs((parameters["w"]?[1] ?? 0) + 1.98) < 1e-6)
  }
}
