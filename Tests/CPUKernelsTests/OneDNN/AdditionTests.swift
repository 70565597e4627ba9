import CPUKernels
import TensorTesting
import Tensors
import Testing

@Suite struct AdditionTests {
  @Test(arguments: [[2, 16, 3, 5], [3, 5, 4, 3], [4, 7]] as [TensorShape], [false, true])
  func addsElements(_ shape: TensorShape, relu: Bool) throws {
    var generator = SeededGenerator(seed: 29)
    let left = generator.tensor(shape)
    let right = generator.tensor(shape)
    let layout = TensorLayout(shape.rank == 4 ? .channelBlocked : .plain, shape: shape)
    let kernel = try BoundKernel(Kernel.addition(layout, layout, destination: layout, relu: relu))
    try kernel.give(.source, left)
    try kernel.give(.secondSource, right)
    try kernel.reserve(.destination)
    try kernel.execute()
    let expected = zip(left.values, right.values).map { relu ? max($0 + $1, 0) : $0 + $1 }
    #expect(try kernel.take(.destination, shape).values == expected)

    // In place, as sums of gradients are accumulated; oneDNN cannot with ReLU.
    if relu { return }
    try kernel.share(.destination, with: kernel, as: .source)
    try kernel.execute()
    #expect(try kernel.take(.destination, shape).values == expected)
  }
}
