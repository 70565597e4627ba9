import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedPoolingTests {
  /// Kernel, stride, padding, far padding, ceil mode, map.
  static let windows: [(Int, Int, Int, Int?, Bool, TensorShape)] = [
    (2, 2, 0, nil, false, [1, 16, 6, 8]), (2, 2, 0, nil, false, [3, 16, 7, 5]), (3, 2, 1, nil, false, [1, 32, 9, 8]),
    (3, 1, 1, nil, false, [3, 10, 5, 6]), (3, 2, 0, nil, true, [1, 5, 8, 10]), (2, 2, 0, nil, true, [3, 1, 3, 5]),
    (3, 2, 1, nil, true, [1, 16, 37, 9]), (5, 1, 2, nil, false, [1, 16, 3, 4]), (2, 1, 0, 1, false, [1, 20, 13, 13]),
  ]

  @Test(arguments: 0..<windows.count)
  func isThePlainLoop(window index: Int) throws {
    let (kernelSize, stride, padding, farPadding, ceilMode, shape) = Self.windows[index]
    let geometry = PoolingGeometry(
      kind: .maximum, kernelSize: kernelSize, stride: stride, padding: padding, farPadding: farPadding,
      ceilMode: ceilMode)
    let output: TensorShape = [
      shape[0], shape[1], geometry.outputExtent(shape[2]), geometry.outputExtent(shape[3]),
    ]
    let pooling = try #require(BlockedPooling(geometry, source: shape, destination: output))
    var generator = SeededGenerator(seed: 5)
    let values = (0..<shape.elementCount).map { Float($0) - 100 }.shuffled(using: &generator)
    let source = BlockedMemory(values, shape)
    let destination = BlockedMemory([Float](repeating: 7, count: output.elementCount), output)
    withExtendedLifetime((source, destination)) {
      pooling.run(source: source.base, destination: destination.base)
    }
    #expect(destination.plain.map(Double.init) == plainPooling(geometry, values.map(Double.init), shape, output))
  }

  @Test func averagesAreTheLibrarys() {
    let geometry = PoolingGeometry(kind: .average(countsPadding: true), kernelSize: 2, stride: 2)
    #expect(BlockedPooling(geometry, source: [1, 8, 4, 4], destination: [1, 8, 2, 2]) == nil)
  }
}
