import ModelStorage

/// The bytes of a checkpoint, on disk or in memory, within whose bounds every reading stays.
final class CheckpointSource {
  private let source: ByteSource
  var byteCount: Int { source.byteCount }

  /// Bytes that must stay as they are while this object lives.
  init(bytes: UnsafeRawBufferPointer) {
    source = ByteSource(bytes: bytes)
  }

  init(path: String) throws(PyTorchCheckpointError) {
    do { source = try ByteSource(path: path) } catch { throw PyTorchCheckpointError(error) }
  }

  /// A part of the file; nothing is allocated before it is known to lie within the file.
  func bytes(_ range: Range<Int>) throws(PyTorchCheckpointError) -> [UInt8] {
    try checkBounds(range)
    do { return try source.bytes(count: range.count, at: range.lowerBound) } catch {
      throw PyTorchCheckpointError(error)
    }
  }

  /// Hands a part of the file to `body`: the bytes in memory themselves, or those read from disk.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result {
    try checkBounds(range)
    if let bytes = source.bytesInMemory(range) { return try body(bytes) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 8)
    defer { buffer.deallocate() }
    do { try source.read(into: buffer, at: range.lowerBound) } catch { throw PyTorchCheckpointError(error) }
    return try body(UnsafeRawBufferPointer(buffer))
  }

  private func checkBounds(_ range: Range<Int>) throws(PyTorchCheckpointError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw PyTorchCheckpointError(
        .malformed, "bytes \(range.lowerBound) to \(range.upperBound) lie outside of the file's \(byteCount)")
    }
  }
}

extension PyTorchCheckpointError {
  fileprivate init(_ failure: ByteSource.Failure) {
    self.init(failure.isMissing ? .missing : .unreadable, failure.reason)
  }
}
