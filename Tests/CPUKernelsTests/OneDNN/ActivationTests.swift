import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct ActivationTests {
  static let activations: [Activation] = [
    .relu, .relu(slope: 0.1), .silu, .sigmoid, .tanh, .mish, .elu(slope: 0.5), .hardSwish, .relu6,
    .clip(low: -1, high: 0.5), .linear(scale: 2, shift: -0.5),
  ]
  static let layouts: [(order: TensorLayout.Order, shape: TensorShape)] = [
    (.channelBlocked, [2, 16, 3, 5]), (.channelBlocked, [3, 5, 4, 3]), (.plain, [3, 7]),
  ]

  @Test(arguments: activations, [0, 1, 2])
  func agreesWithThePlainLoop(_ activation: Activation, layout index: Int) throws {
    let (order, shape) = Self.layouts[index]
    let layout = TensorLayout(order, shape: shape)
    var generator = SeededGenerator(seed: 3)
    let source = generator.tensor(shape, in: -4...4)
    let gradient = generator.tensor(shape)

    let forward = try BoundKernel(Kernel.activation(activation, .forward, layout: layout))
    try forward.give(.source, source)
    try forward.reserve(.destination)
    try forward.execute()
    let result = try forward.take(.destination, shape)
    // oneDNN approximates the exponential function.
    #expect(relativeError(result, source.doubles.map { plainActivation(activation, $0) }) < 1e-6)

    let backward = try BoundKernel(Kernel.activation(activation, .backwardData, layout: layout))
    try backward.give(activation.backwardOperand, activation.backwardOperand == .source ? source : result)
    try backward.give(.destinationGradient, gradient)
    try backward.reserve(.sourceGradient)
    try backward.execute()
    let expected = zip(source.doubles, gradient.doubles).map { plainDerivative(activation, $0) * $1 }
    #expect(relativeError(try backward.take(.sourceGradient, shape), expected) < 1e-6)
  }

  @Test(arguments: activations) func plainDerivativesAreDifferences(_ activation: Activation) {
    for x in [-2.5, -0.3, 0.2, 3.1] {
      let difference = (plainActivation(activation, x + 1e-6) - plainActivation(activation, x - 1e-6)) / 2e-6
      #expect(abs(difference - plainDerivative(activation, x)) < 1e-8)
    }
  }

  @Test func handWorkedValues() throws {
    func run(_ activation: Activation) throws -> [Float] {
      let kernel = try BoundKernel(
        Kernel.activation(activation, .inference, layout: TensorLayout(.plain, shape: [1, 3])))
      try kernel.give(.source, Tensor(shape: [1, 3], values: [-2, 0, 3]))
      try kernel.reserve(.destination)
      try kernel.execute()
      return try kernel.take(.destination, [1, 3]).values
    }
    #expect(try run(.relu) == [0, 0, 3])
    #expect(try run(.relu(slope: 0.25)) == [-0.5, 0, 3])
    #expect(try run(.sigmoid)[1] == 0.5)
    // −2 · (1/2 − 2/6) = −1/3.
    let hardSwish = try run(.hardSwish)
    #expect(abs(hardSwish[0] + 1 / 3) < 1e-6 && hardSwish[1...] == [0, 3])
    #expect(try run(.clip(low: -1, high: 2)) == [-1, 0, 2])
    #expect(try run(.linear(scale: 2, shift: 1)) == [-3, 1, 7])
  }
}
