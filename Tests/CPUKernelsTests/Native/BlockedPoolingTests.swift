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

  /// Windows that do not share cells: kernel, ceil mode, map.
  static let separateWindows: [(Int, Bool, TensorShape)] = [
    (2, false, [2, 16, 6, 8]), (2, false, [3, 10, 7, 5]), (3, false, [1, 20, 9, 8]), (2, true, [2, 5, 7, 9]),
    (3, true, [1, 16, 8, 7]), (1, false, [1, 8, 3, 2]),
  ]

  @Test(arguments: 0..<separateWindows.count)
  func theGradientGoesToTheFirstLargest(window index: Int) throws {
    let (kernelSize, ceilMode, shape) = Self.separateWindows[index]
    let geometry = PoolingGeometry(
      kind: .maximum, kernelSize: kernelSize, stride: kernelSize, padding: 0, ceilMode: ceilMode)
    let output: TensorShape = [
      shape[0], shape[1], geometry.outputExtent(shape[2]), geometry.outputExtent(shape[3]),
    ]
    let pooling = try #require(BlockedPooling(geometry, source: shape, destination: output))
    #expect(pooling.hasGradient)
    var generator = SeededGenerator(seed: 6)
    // Few values, so that windows hold their largest more than once.
    let values = (0..<shape.elementCount).map { _ in Float(Int.random(in: -2...2, using: &generator)) }
    let slopes = (0..<output.elementCount).map { Float($0 + 1) }
    let (source, gradient) = (BlockedMemory(values, shape), BlockedMemory(slopes, output))
    let pooled = BlockedMemory([Float](repeating: 7, count: output.elementCount), output)
    let result = BlockedMemory([Float](repeating: 9, count: shape.elementCount), shape)
    withExtendedLifetime((source, gradient, pooled, result)) {
      pooling.run(source: source.base, destination: pooled.base)
      pooling.runBackward(
        source: source.base, pooled: pooled.base, destinationGradient: gradient.base, sourceGradient: result.base)
    }
    var expected = [Float](repeating: 0, count: shape.elementCount)
    let (rows, columns) = (shape[2], shape[3])
    for place in 0..<output.elementCount {
      let (map, cell) = place.quotientAndRemainder(dividingBy: output[2] * output[3])
      let (top, left) = (cell / output[3] * kernelSize, cell % output[3] * kernelSize)
      let window = (top..<min(rows, top + kernelSize)).flatMap { row in
        (left..<min(columns, left + kernelSize)).map { (map * rows + row) * columns + $0 }
      }
      let largest = try #require(window.map { values[$0] }.max())
      expected[try #require(window.first { values[$0] == largest })] = slopes[place]
    }
    #expect(result.plain == expected)
  }

  @Test func windowsThatShareCellsHaveNoGradientOfOurs() throws {
    let geometry = PoolingGeometry(kind: .maximum, kernelSize: 3, stride: 2, padding: 1)
    #expect(try !#require(BlockedPooling(geometry, source: [1, 8, 8, 8], destination: [1, 8, 4, 4])).hasGradient)
  }

  @Test func averagesAreTheLibrarys() {
    let geometry = PoolingGeometry(kind: .average(countsPadding: true), kernelSize: 2, stride: 2)
    #expect(BlockedPooling(geometry, source: [1, 8, 4, 4], destination: [1, 8, 2, 2]) == nil)
  }
}
