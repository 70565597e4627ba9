import CPUKernels
import Tensors
import Testing

@Suite struct ReorderTests {
  @Test(arguments: [[2, 16, 3, 5], [1, 5, 4, 3], [3, 33, 1, 1]] as [TensorShape])
  func blocksChannels(_ shape: TensorShape) throws {
    let layouts = (TensorLayout(.plain, shape: shape), TensorLayout(.channelBlocked, shape: shape))
    let source = Tensor(shape: shape, values: (0..<shape.elementCount).map(Float.init))
    let blocking = try BoundKernel(Kernel.reorder(from: layouts.0, to: layouts.1))
    try blocking.give(.source, source)
    try blocking.reserve(.destination)
    try blocking.execute()
    // `take` checks the zeros behind the last channel.
    #expect(try blocking.take(.destination, shape) == source)
  }

  @Test func inputMajorSwapsTheFirstTwoAxes() throws {
    // In memory I×O×1×1 = 2×3; read as O×I it is the transpose.
    let kernel = try BoundKernel(
      Kernel.reorder(
        from: TensorLayout(.inputMajor, shape: [3, 2, 1, 1]), to: TensorLayout(.plain, shape: [3, 2, 1, 1])))
    let layout = TensorLayout(.inputMajor, shape: [3, 2, 1, 1])
    try kernel.give(.source, Tensor(shape: [2, 3, 1, 1], values: [1, 2, 3, 4, 5, 6]), as: layout)
    try kernel.reserve(.destination)
    try kernel.execute()
    #expect(try kernel.take(.destination, [3, 2, 1, 1]).values == [1, 4, 2, 5, 3, 6])
  }
}
