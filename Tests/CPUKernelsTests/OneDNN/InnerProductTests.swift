import CPUKernels
import TensorTesting
import Tensors
import Testing

@Suite struct InnerProductTests {
  @Test(arguments: [(1, 4, 2, true), (3, 16, 32, true), (3, 37, 5, false), (2, 65, 33, true)])
  func agreesWithThePlainLoop(batch: Int, inputs: Int, outputs: Int, hasBias: Bool) throws {
    var generator = SeededGenerator(seed: 13)
    let source = generator.tensor([batch, inputs])
    let weights = generator.tensor([outputs, inputs])
    let bias = generator.tensor([outputs])
    let gradient = generator.tensor([batch, outputs])
    let layouts = (
      TensorLayout(.plain, shape: source.shape), TensorLayout(.plain, shape: gradient.shape)
    )
    var expected: [Double] = []
    var sourceGradient = [Double](repeating: 0, count: batch * inputs)
    var weightsGradient = [Double](repeating: 0, count: outputs * inputs)
    var biasGradient = [Double](repeating: 0, count: outputs)
    for row in 0..<batch {
      for output in 0..<outputs {
        var sum = hasBias ? Double(bias[output]) : 0
        let slope = Double(gradient[row * outputs + output])
        for input in 0..<inputs {
          let value = Double(source[row * inputs + input])
          let weight = Double(weights[output * inputs + input])
          sum += value * weight
          sourceGradient[row * inputs + input] += slope * weight
          weightsGradient[output * inputs + input] += slope * value
        }
        expected.append(sum)
        biasGradient[output] += slope
      }
    }

    for direction in [Kernel.Direction.inference, .forward] {
      let forward = try BoundKernel(
        Kernel.innerProduct(direction, source: layouts.0, destination: layouts.1, hasBias: hasBias))
      try forward.give(.source, source)
      try forward.give(.weights, weights)
      if hasBias { try forward.give(.bias, bias) }
      try forward.reserve(.destination)
      try forward.execute()
      #expect(relativeError(try forward.take(.destination, gradient.shape), expected) < 1e-6)
    }

    let toSource = try BoundKernel(
      Kernel.innerProduct(.backwardData, source: layouts.0, destination: layouts.1, hasBias: false))
    try toSource.give(.weights, weights)
    try toSource.give(.destinationGradient, gradient)
    try toSource.reserve(.sourceGradient)
    try toSource.execute()
    #expect(relativeError(try toSource.take(.sourceGradient, source.shape), sourceGradient) < 1e-6)

    let toWeights = try BoundKernel(
      Kernel.innerProduct(.backwardWeights, source: layouts.0, destination: layouts.1, hasBias: hasBias))
    try toWeights.give(.source, source)
    try toWeights.give(.destinationGradient, gradient)
    try toWeights.reserve(.weightsGradient)
    if hasBias { try toWeights.reserve(.biasGradient) }
    try toWeights.execute()
    #expect(relativeError(try toWeights.take(.weightsGradient, weights.shape), weightsGradient) < 1e-6)
    if hasBias { #expect(relativeError(try toWeights.take(.biasGradient, [outputs]), biasGradient) < 1e-6) }
  }
}
