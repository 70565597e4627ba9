/// The reference-counted memory behind a ``Tensor``.
///
/// Shared only between immutable copies: `Tensor` copies it before the first write, which is what makes the
/// unchecked `Sendable` sound.
final class TensorStorage: @unchecked Sendable {
  static let alignment = 64

  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Uninitialised memory for `count` floats.
  init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
      .bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  func copy() -> TensorStorage {
    let other = TensorStorage(count: count)
    other.pointer.initialize(from: pointer, count: count)
    return other
  }
}
