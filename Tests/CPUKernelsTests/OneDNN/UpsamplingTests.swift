import CPUKernels
import TensorTesting
import Tensors
import Testing

@Suite struct UpsamplingTests {
  @Test(arguments: [2, 3, 4, 8], [[1, 16, 3, 5], [3, 5, 2, 4]] as [TensorShape])
  func repeatsElements(factor: Int, _ shape: TensorShape) throws {
    let output: TensorShape = [shape[0], shape[1], shape[2] * factor, shape[3] * factor]
    let layouts = (TensorLayout(.channelBlocked, shape: shape), TensorLayout(.channelBlocked, shape: output))
    var generator = SeededGenerator(seed: 19)
    let source = generator.tensor(shape)
    let gradient = generator.tensor(output)
    /// The source element that each output element repeats.
    let origins = (0..<output.elementCount).map { index in
      let column = index % output[3] / factor
      let row = index / output[3] % output[2] / factor
      return (index / (output[2] * output[3]) * shape[2] + row) * shape[3] + column
    }
    let forward = try BoundKernel(Kernel.upsampling(.forward, source: layouts.0, destination: layouts.1))
    try forward.give(.source, source)
    try forward.reserve(.destination)
    try forward.execute()
    #expect(try forward.take(.destination, output).values == origins.map { source[$0] })

    let backward = try BoundKernel(Kernel.upsampling(.backwardData, source: layouts.0, destination: layouts.1))
    try backward.give(.destinationGradient, gradient)
    try backward.reserve(.sourceGradient)
    try backward.execute()
    var expected = [Double](repeating: 0, count: shape.elementCount)
    for (index, origin) in origins.enumerated() { expected[origin] += Double(gradient[index]) }
    #expect(relativeError(try backward.take(.sourceGradient, shape), expected) < 1e-6)
  }
}
