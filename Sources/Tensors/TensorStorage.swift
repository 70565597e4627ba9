/// The reference-counted memory behind a ``Tensor``.
///
/// Shared only between immutable copies: `Tensor` copies it before the first write, which is what makes the
/// unchecked `Sendable` sound.
final class TensorStorage: @unchecked Sendable {
  static let alignment = 64

  private let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Uninitialised memory for `count` floats.
  init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
      .bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// Hands out the memory for the time of a call, in which this object lives.
  @inline(__always)
  func withMemory<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  func copy() -> TensorStorage {
    let other = TensorStorage(count: count)
    withMemory { source in other.withMemory { _ = $0.initialize(from: source) } }
    return other
  }
}
