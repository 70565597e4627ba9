import CPUKernels
import TensorTesting
import Tensors
import Testing

@Suite struct ConcatenationTests {
  @Test(arguments: [[16, 32], [16], [5, 10], [16, 3, 16], [1, 1, 1, 1], [20, 12]], [1, 3])
  func joinsChannels(_ channels: [Int], batch: Int) throws {
    var generator = SeededGenerator(seed: 23)
    let parts = channels.map { generator.tensor([batch, $0, 3, 5]) }
    let output: TensorShape = [batch, channels.reduce(0, +), 3, 5]
    let kernel = try BoundKernel(
      Kernel.concatenation(
        parts.map { TensorLayout(.channelBlocked, shape: $0.shape) },
        destination: TensorLayout(.channelBlocked, shape: output)))
    for (index, part) in parts.enumerated() { try kernel.give(.input(index), part) }
    try kernel.reserve(.destination)
    try kernel.execute()
    let expected = (0..<batch).flatMap { image in
      parts.flatMap { part in
        let count = part.elementCount / batch
        return part.values[image * count..<(image + 1) * count]
      }
    }
    #expect(try kernel.take(.destination, output).values == expected)
  }
}
