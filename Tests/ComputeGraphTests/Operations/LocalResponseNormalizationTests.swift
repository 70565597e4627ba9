import ComputeGraph
import NetworkPlans
import Tensors
import Testing

@Suite struct LocalResponseNormalizationTests {
  /// One pixel of three channels: with n = 3, α = 3, k = 1 the sums of squares are 1 + 4, 1 + 4 + 4 and 4 + 4, so that
  /// β = 1 divides by 6, 10 and 9.
  @Test func onePixelByHand() throws {
    let graph = Graph(inputChannels: 3) {
      [$0.locallyNormalized(channelCount: 3, scale: 3, exponent: 1, offset: 1)]
    }
    let plan = try InferencePlan(graph, parameters: ParameterStore(), inputShape: [1, 3, 1, 1])
    let result = try plan.run(Tensor(shape: [1, 3, 1, 1], values: [1, 2, -2]))[0].values
    let expected: [Float] = [1.0 / 6, 2.0 / 10, -2.0 / 9]
    for (value, expected) in zip(result, expected) { #expect(abs(value - expected) < 1e-6) }
  }

  /// The power 3/4 by square roots is the power.
  @Test func threeQuartersAreTwoRoots() throws {
    let operation = LocalResponseNormalizationOperation(channelCount: 5, scale: 2, exponent: 0.75, offset: 1.5)
    let shape: TensorShape = [1, 1, 1, 4]
    let loops = try #require(operation.plainLoops(input: shape, output: shape))
    let input: [Float] = [0, 0.5, -3, 40]
    var output = [Float](repeating: .nan, count: 4)
    input.withUnsafeBufferPointer { input in output.withUnsafeMutableBufferPointer { loops.forward(input, to: $0) } }
    // 1.5 + 2/5 · x²: 1.5, 1.6, 5.1 and 641.5, to the power −3/4.
    for (value, expected) in zip(output, [Float(0), 0.3514633, -0.8839824, 0.3138069]) {
      #expect(abs(value - expected) < 2e-6)
    }
  }

  @Test func onlyMapsAreNormalised() {
    let operation = LocalResponseNormalizationOperation(channelCount: 5, scale: 1, exponent: 1, offset: 1)
    #expect(throws: ShapeMismatch.self) { try operation.outputShape([[2, 3]]) }
  }
}
