import CPUKernels
import Foundation
import TensorTesting
import Tensors
import Testing

@Suite struct SoftmaxTests {
  @Test(arguments: [[1, 2], [3, 21], [2, 16, 3, 4], [2, 5, 3, 2]] as [TensorShape])
  func agreesWithThePlainLoop(_ shape: TensorShape) throws {
    let layout = TensorLayout(shape.rank == 4 ? .channelBlocked : .plain, shape: shape)
    var generator = SeededGenerator(seed: 17)
    let source = generator.tensor(shape, in: -5...5)
    let gradient = generator.tensor(shape)
    let area = shape.elementCount / shape[0] / shape[1]
    var expected = source.doubles.map(exp)
    var expectedGradient = [Double](repeating: 0, count: shape.elementCount)
    for image in 0..<shape[0] {
      for position in 0..<area {
        let elements = (0..<shape[1]).map { (image * shape[1] + $0) * area + position }
        let sum = elements.reduce(0) { $0 + expected[$1] }
        for element in elements { expected[element] /= sum }
        // dx = y · (dy − Σ dy · y).
        let mean = elements.reduce(0) { $0 + expected[$1] * Double(gradient[$1]) }
        for element in elements { expectedGradient[element] = expected[element] * (Double(gradient[element]) - mean) }
      }
    }

    let forward = try BoundKernel(Kernel.softmax(.forward, axis: 1, layout: layout))
    try forward.give(.source, source)
    try forward.reserve(.destination)
    try forward.execute()
    let result = try forward.take(.destination, shape)
    #expect(relativeError(result, expected) < 1e-6)

    let backward = try BoundKernel(Kernel.softmax(.backwardData, axis: 1, layout: layout))
    try backward.give(.destination, result)
    try backward.give(.destinationGradient, gradient)
    try backward.reserve(.sourceGradient)
    try backward.execute()
    #expect(relativeError(try backward.take(.sourceGradient, shape), expectedGradient) < 2e-6)
  }

  @Test func largeLogitsDoNotOverflow() throws {
    let kernel = try BoundKernel(
      Kernel.softmax(.inference, axis: 1, layout: TensorLayout(.plain, shape: [1, 2])))
    try kernel.give(.source, Tensor(shape: [1, 2], values: [1000, 1000]))
    try kernel.reserve(.destination)
    try kernel.execute()
    #expect(try kernel.take(.destination, [1, 2]).values == [0.5, 0.5])
  }
}
