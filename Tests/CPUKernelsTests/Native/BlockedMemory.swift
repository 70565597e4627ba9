import CPUKernels
import Tensors

/// A map in blocks of channels, N × C/b × H × W × b, on memory of its own.
final class BlockedMemory {
  let base: UnsafeMutableRawPointer
  private let shape: TensorShape
  private let count: Int

  /// - Parameter values: N × C × H × W.
  init(_ values: [Float], _ shape: TensorShape) {
    self.shape = shape
    let block = OneDNN.channelBlock
    count = shape[0] * ((shape[1] + block - 1) / block) * shape[2] * shape[3] * block
    base = .allocate(byteCount: max(64, 4 * count), alignment: 64)
    let floats = base.bindMemory(to: Float.self, capacity: count)
    floats.initialize(repeating: 0, count: count)
    for (index, value) in values.enumerated() { floats[place(index)] = value }
  }

  deinit { base.deallocate() }

  /// N × C × H × W.
  var plain: [Float] {
    let memory = memory
    return (0..<shape.elementCount).map { memory[place($0)] }
  }
  /// With the channels that fill the last block.
  var memory: [Float] {
    withExtendedLifetime(self) {
      Array(UnsafeBufferPointer(start: base.assumingMemoryBound(to: Float.self), count: count))
    }
  }

  private func place(_ index: Int) -> Int {
    let (block, area) = (OneDNN.channelBlock, shape[2] * shape[3])
    let (cell, map) = (index % area, index / area)
    let (channel, image) = (map % shape[1], map / shape[1])
    return ((image * ((shape[1] + block - 1) / block) + channel / block) * area + cell) * block + channel % block
  }
}
