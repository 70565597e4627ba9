import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite(.enabled(if: BFloat16.isAvailable, "needs AVX-512 with bf16"))
struct BFloat16Tests {
  typealias Bytes = BFloat16ConvolutionTests.Bytes

  /// Halfway values go to the even neighbour, also in what fills no vector; infinity and NaN stay.
  @Test(arguments: [16, 17, 100_000]) func floatsAreRoundedToTheNearest(count: Int) {
    let kinds: [Float] = [
      1, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1.8p-8, -0x1.fep100, 0, -3.14159, .infinity, .greatestFiniteMagnitude,
    ]
    var values = (0..<count).map { kinds[$0 % kinds.count] }
    values[count - 1] = .nan
    let expected = values.map { $0.isNaN ? $0 : BFloat16ConvolutionTests.Problem.rounded($0) }
    let (source, half, result) = (Bytes(4 * count), Bytes(2 * count), Bytes(4 * count))
    source.base.bindMemory(to: Float.self, capacity: count).update(from: values, count: count)
    withExtendedLifetime((source, half, result)) {
      BFloat16.round(source.base, to: half.base, count: count)
      BFloat16.widen(half.base, to: result.base, count: count)
      let found = UnsafeBufferPointer(start: result.base.bindMemory(to: Float.self, capacity: count), count: count)
      #expect(found.dropLast().elementsEqual(expected.dropLast()))
      #expect(found[count - 1].isNaN)
    }
  }

  @Test(arguments: 0..<BlockedPoolingTests.windows.count)
  func theLargestOfEveryWindow(index: Int) throws {
    let (kernelSize, stride, padding, farPadding, ceilMode, shape) = BlockedPoolingTests.windows[index]
    let geometry = PoolingGeometry(
      kind: .maximum, kernelSize: kernelSize, stride: stride, padding: padding, farPadding: farPadding,
      ceilMode: ceilMode)
    let output: TensorShape = [
      shape[0], shape[1], geometry.outputExtent(shape[2]), geometry.outputExtent(shape[3]),
    ]
    let pooling = try #require(BFloat16Pooling(geometry, source: shape, destination: output))
    var generator = SeededGenerator(seed: 5)
    let values = (0..<shape.elementCount).map { Float($0 % 256) - 100 }.shuffled(using: &generator)
    let found = Self.map(BlockedMemory(values, shape), output) { pooling.run(source: $0, destination: $1) }
    #expect(found.map(Double.init) == plainPooling(geometry, values.map(Double.init), shape, output))
  }

  @Test(arguments: [2, 3]) func everyCellIsRepeated(factor: Int) {
    let (shape, output): (TensorShape, TensorShape) = ([2, 20, 3, 5], [2, 20, 3 * factor, 5 * factor])
    let values = (0..<shape.elementCount).map { Float($0 % 251) }
    let found = Self.map(BlockedMemory(values, shape), output) {
      BFloat16.upsample($0, to: $1, shape: shape, factor: factor)
    }
    let (width, area) = (output[3], output[2] * output[3])
    for (index, value) in found.enumerated() {
      let (map, row, column) = (index / area, index % area / width, index % width)
      #expect(value == values[(map * 3 + row / factor) * 5 + column / factor])
    }
  }

  @Test(arguments: [false, true]) func mapsAreAdded(relu: Bool) {
    let shape: TensorShape = [1, 40, 31, 37]
    let (left, right) = (
      (0..<shape.elementCount).map { Float($0 % 101) - 50 }, (0..<shape.elementCount).map { Float($0 % 89) - 44 }
    )
    let other = Bytes(rounding: BlockedMemory(right, shape))
    let found = Self.map(BlockedMemory(left, shape), shape) {
      BFloat16.add($0, other.base, to: $1, count: 48 * 31 * 37, relu: relu)
    }
    withExtendedLifetime(other) {
      #expect(found == zip(left, right).map { relu ? max(0, $0 + $1) : $0 + $1 })
    }
  }

  /// What a kernel makes of a map in bf16, N × C × H × W.
  private static func map(
    _ source: BlockedMemory, _ shape: TensorShape, _ kernel: (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) -> [Float] {
    let result = BlockedMemory([], shape)
    let (half, written) = (Bytes(rounding: source), Bytes(2 * result.memory.count))
    return withExtendedLifetime((half, written, result)) {
      kernel(half.base, written.base)
      BFloat16.widen(written.base, to: result.base, count: result.memory.count)
      return result.plain
    }
  }
}
