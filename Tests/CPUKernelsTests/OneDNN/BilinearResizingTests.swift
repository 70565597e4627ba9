import CPUKernels
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BilinearResizingTests {
  @Test(
    arguments: [
      ([1, 16, 3, 5], [7, 11]), ([3, 5, 2, 4], [16, 32]), ([2, 11, 9, 8], [4, 3]), ([1, 20, 1, 1], [6, 5]),
      ([1, 3, 6, 7], [6, 7]),
    ] as [(TensorShape, [Int])])
  func blendsTheNearestFour(_ shape: TensorShape, size: [Int]) throws {
    let output: TensorShape = [shape[0], shape[1], size[0], size[1]]
    let layouts = (TensorLayout(.channelBlocked, shape: shape), TensorLayout(.channelBlocked, shape: output))
    var generator = SeededGenerator(seed: 19)
    let (source, gradient) = (generator.tensor(shape), generator.tensor(output))

    let forward = try BoundKernel(Kernel.bilinearResizing(.forward, source: layouts.0, destination: layouts.1))
    try forward.give(.source, source)
    try forward.reserve(.destination)
    try forward.execute()
    let expected = plainBilinearResizing(source.values.map(Double.init), shape, output)
    #expect(relativeError(try forward.take(.destination, output), expected) < 1e-6)

    let backward = BlockedResizingGradient(source: shape, destination: output)
    let slope = BlockedMemory(gradient.values, output)
    let result = BlockedMemory([Float](repeating: 9, count: shape.elementCount), shape)
    withExtendedLifetime((slope, result)) {
      backward.run(destinationGradient: slope.base, sourceGradient: result.base)
    }
    // The transpose of what goes forward.
    var slopes = [Double](repeating: 0, count: shape.elementCount)
    for element in 0..<output.elementCount {
      let map = element / (output[2] * output[3])
      let rows = bilinearPlaces(element / output[3] % output[2], of: output[2], in: shape[2])
      let columns = bilinearPlaces(element % output[3], of: output[3], in: shape[3])
      for (row, rowWeight) in [(rows.low, 1 - rows.weight), (rows.high, rows.weight)] {
        for (column, weight) in [(columns.low, 1 - columns.weight), (columns.high, columns.weight)] {
          slopes[(map * shape[2] + row) * shape[3] + column] += rowWeight * weight * Double(gradient[element])
        }
      }
    }
    #expect(relativeError(Tensor(shape: shape, values: result.plain), slopes) < 1e-5)
  }

  /// `torch.nn.functional.interpolate(x, size=(3, 5), mode="bilinear", align_corners=False)` of 0, 1, 4, 9, 16, 25 as 2×3.
  @Test func isWhatTorchComputes() throws {
    let (shape, output): (TensorShape, TensorShape) = ([1, 1, 2, 3], [1, 1, 3, 5])
    let kernel = try BoundKernel(
      Kernel.bilinearResizing(
        .inference, source: TensorLayout(.channelBlocked, shape: shape),
        destination: TensorLayout(.channelBlocked, shape: output)))
    try kernel.give(.source, Tensor(shape: shape, values: [0, 1, 4, 9, 16, 25]))
    try kernel.reserve(.destination)
    try kernel.execute()
    let expected: [Float] = [
      0, 0.4, 1, 2.8, 4, 4.5, 6.1, 8.5, 12.1, 14.5, 9, 11.8, 16, 21.4, 25,
    ]
    for (value, wanted) in zip(try kernel.take(.destination, output).values, expected) {
      #expect(abs(value - wanted) < 1e-5)
    }
  }
}
