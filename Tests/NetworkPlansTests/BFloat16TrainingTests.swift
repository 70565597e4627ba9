import CPUKernels
import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

@Suite(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16")) struct BFloat16TrainingTests {
  /// A layer whose operands are in bf16, behind another and before a pooling, so that all three gradients are wanted.
  static let layers: [(name: String, graph: Graph)] = [
    ("3×3, stride 2", convolution(kernelSize: 3, stride: 2)), ("1×1", convolution(kernelSize: 1, stride: 1)),
    ("1×1, stride 2", convolution(kernelSize: 1, stride: 2)), ("3×3", convolution(kernelSize: 3, stride: 1)),
    (
      "fully connected",
      Graph(inputChannels: 16) { x in
        let rows = InnerProduct("layer", inputFeatures: 16 * 100, outputFeatures: 32)(x.flattened())
        return [InnerProduct("scores", inputFeatures: 32, outputFeatures: 2)(rows)]
      }
    ),
  ]

  private static func convolution(kernelSize: Int, stride: Int) -> Graph {
    Graph(inputChannels: 16) { x in
      let y = Convolution(
        "layer", inputChannels: 16, outputChannels: 32, kernelSize: kernelSize, stride: stride, padding: kernelSize / 2)(
          x)
      return [y.averagePooled(kernelSize: 2, stride: 2)]
    }
  }

  private struct Step {
    var output: Tensor
    var gradients: ParameterStore
    var inputGradient: Tensor
  }

  /// - Parameter scale: of all numbers, which are whole before they are scaled: small ones are bf16 without rounding.
  private func step(_ graph: Graph, _ precision: TrainingPrecision, scale: Float) throws -> Step {
    var generator = SeededGenerator(seed: 1)
    func whole(_ shape: TensorShape) -> Tensor {
      Tensor(shape: shape, values: generator.tensor(shape, in: -3...3).values.map { scale * $0.rounded() })
    }
    let input = whole([8, 16, 10, 10])
    var parameters = ParameterStore()
    for specification in graph.parameters { parameters[specification.name] = whole(specification.shape) }
    let plan = try TrainingPlan(graph, inputShape: input.shape, needsInputGradient: true, precision: precision)
    let output = try plan.forward(input, parameters: parameters)[0]
    let gradients = try plan.backward([whole(output.shape)])
    return Step(output: output, gradients: gradients, inputGradient: try #require(plan.inputGradient))
  }

  private func largestError(_ step: Step, against expected: Step) -> Double {
    let pairs =
      [(step.output, expected.output), (step.inputGradient, expected.inputGradient)]
      + step.gradients.names.compactMap { name in
        step.gradients[name].flatMap { gradient in expected.gradients[name].map { (gradient, $0) } }
      }
    return pairs.map { relativeError($0.0, $0.1.doubles) }.max() ?? .infinity
  }

  @Test(arguments: layers.map(\.name)) func smallWholeNumbersAreExact(_ name: String) throws {
    let graph = try #require(Self.layers.first { $0.name == name }).graph
    let error = largestError(
      try step(graph, .bfloat16, scale: 1), against: try step(graph, .float32, scale: 1))
    #expect(error < 1e-5)
  }

  /// Eight bits of every operand, of which a sum rounds some up and some down.
  @Test(arguments: layers.map(\.name)) func othersAreRounded(_ name: String) throws {
    let graph = try #require(Self.layers.first { $0.name == name }).graph
    let error = largestError(
      try step(graph, .bfloat16, scale: 1.2345), against: try step(graph, .float32, scale: 1.2345))
    #expect(error > 1e-4 && error < 0.02, "\(error)")
  }

  /// A step of whole networks: rounding changes which cells of small random maps are above 0 or the largest, hence the gradient of
  /// all parameters is compared by its direction. The same network gives the same bytes.
  @Test(arguments: TestNetwork.all) func networksAreCloseToFloats(_ network: TestNetwork) throws {
    let input = network.input(batch: 2)
    let parameters = network.parameters()
    func gradients(_ precision: TrainingPrecision) throws -> ParameterStore {
      let plan = try TrainingPlan(
        network.graph, inputShape: input.shape, precision: precision, generator: SeededGenerator(seed: 4))
      _ = try plan.forward(input, parameters: parameters)
      var generator = SeededGenerator(seed: 5)
      return try plan.backward(plan.outputShapes.map { generator.tensor($0) })
    }
    let (halves, again, floats) = (
      try gradients(.bfloat16), try gradients(.bfloat16), try gradients(.float32)
    )
    var (product, halfSquares, floatSquares) = (0.0, 0.0, 0.0)
    for name in floats.names {
      let (half, float) = (try #require(halves[name]), try #require(floats[name]))
      #expect(half == again[name])
      for (a, b) in zip(half.doubles, float.doubles) {
        product += a * b
        halfSquares += a * a
        floatSquares += b * b
      }
    }
    // One of the networks has nothing to train.
    if floatSquares == 0 { return #expect(halfSquares == 0) }
    let cosine = product / (halfSquares * floatSquares).squareRoot()
    #expect(cosine > 0.98, "cosine \(cosine)")
  }
}
