/// Aligned memory for one role of a kernel, full of NaN until something is written to it.
final class KernelMemory {
  let address: UnsafeMutableRawPointer
  let floats: UnsafeMutableBufferPointer<Float>

  init(byteCount: Int) {
    address = .allocate(byteCount: byteCount, alignment: 64)
    let count = byteCount / MemoryLayout<Float>.stride
    floats = UnsafeMutableBufferPointer(start: address.bindMemory(to: Float.self, capacity: count), count: count)
  }

  func fillWithNaN() { withExtendedLifetime(self) { floats.update(repeating: .nan) } }

  deinit { address.deallocate() }
}
