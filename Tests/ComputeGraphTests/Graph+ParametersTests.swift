import ComputeGraph
import TensorTesting
import Tensors
import Testing

@Suite struct GraphParametersTests {
  static let graph = Graph(inputChannels: 32) { images in
    let x = Convolution("c", inputChannels: 32, outputChannels: 64, kernelSize: 3)(images)
    return [BatchNormalization("n", channels: 64)(x)]
  }

  @Test func initialValues() throws {
    var generator = SeededGenerator(seed: 8)
    let parameters = Self.graph.initialParameters(using: &generator)
    #expect(parameters.names == Self.graph.parameters.map(\.name))
    try Self.graph.check(parameters)
    #expect(parameters["c.bias"] == Tensor(zeros: [64]))
    #expect(parameters["n.weight"] == Tensor(repeating: 1, shape: [64]))
    #expect(parameters["n.bias"] == Tensor(zeros: [64]))
    #expect(parameters["n.running_mean"] == Tensor(zeros: [64]))
    #expect(parameters["n.running_var"] == Tensor(repeating: 1, shape: [64]))
    // Normal with variance 2 / (64 · 9); 18,432 draws estimate it within a few percent.
    let weights = try #require(parameters["c.weight"]).doubles
    let mean = weights.reduce(0, +) / Double(weights.count)
    let variance = weights.reduce(0) { $0 + $1 * $1 } / Double(weights.count)
    #expect(abs(mean) < 0.002)
    #expect(abs(variance * 288 - 1) < 0.05)
    let withinOneDeviation = weights.count { $0 * $0 < 1.0 / 288 }
    #expect(abs(Double(withinOneDeviation) / Double(weights.count) - 0.6827) < 0.02)
  }

  @Test func theSeedDecides() {
    var first = SeededGenerator(seed: 8)
    var second = SeededGenerator(seed: 8)
    var third = SeededGenerator(seed: 9)
    let weights = Self.graph.initialParameters(using: &first)["c.weight"]
    #expect(Self.graph.initialParameters(using: &second)["c.weight"] == weights)
    #expect(Self.graph.initialParameters(using: &third)["c.weight"] != weights)
  }
}
