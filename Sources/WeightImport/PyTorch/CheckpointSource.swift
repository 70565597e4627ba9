internal import Glibc

/// The bytes of a checkpoint, on disk or in memory, and the one way to read them.
final class CheckpointSource {
  private enum Place {
    case file(descriptor: Int32)
    case memory(UnsafeRawBufferPointer)
  }

  let byteCount: Int
  private let place: Place

  /// Bytes that must stay as they are while this object lives.
  init(bytes: UnsafeRawBufferPointer) {
    byteCount = bytes.count
    place = .memory(bytes)
  }

  init(path: String) throws(PyTorchCheckpointError) {
    // Without waiting, since opening a pipe would never return.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw PyTorchCheckpointError(isMissing ? .missing : .unreadable, String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw PyTorchCheckpointError(.unreadable, "expected a regular file")
    }
    byteCount = Int(status.st_size)
    place = .file(descriptor: descriptor)
  }

  deinit {
    if case .file(let descriptor) = place { close(descriptor) }
  }

  /// A part of the file; nothing is allocated before it is known to lie within the file.
  func bytes(_ range: Range<Int>) throws(PyTorchCheckpointError) -> [UInt8] {
    try checkBounds(range)
    var result = [UInt8](repeating: 0, count: range.count)
    let outcome = result.withUnsafeMutableBytes { buffer in
      Result { () throws(PyTorchCheckpointError) in try read(into: buffer, at: range.lowerBound) }
    }
    try outcome.get()
    return result
  }

  /// Hands a part of the file to `body`: the bytes in memory themselves, or those read from disk.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result {
    try checkBounds(range)
    if case .memory(let bytes) = place { return try body(UnsafeRawBufferPointer(rebasing: bytes[range])) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 8)
    defer { buffer.deallocate() }
    try read(into: buffer, at: range.lowerBound)
    return try body(UnsafeRawBufferPointer(buffer))
  }

  private func checkBounds(_ range: Range<Int>) throws(PyTorchCheckpointError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw PyTorchCheckpointError(
        .malformed, "bytes \(range.lowerBound) to \(range.upperBound) lie outside of the file's \(byteCount)")
    }
  }

  private func read(
    into destination: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(PyTorchCheckpointError) {
    let descriptor: Int32
    switch place {
    case .file(let opened): descriptor = opened
    case .memory(let bytes):
      destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + destination.count]))
      return
    }
    var done = 0
    while done < destination.count {
      let piece = min(destination.count - done, 1 << 30)
      let count = pread(descriptor, destination.baseAddress.map { $0 + done }, piece, offset + done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw PyTorchCheckpointError(
          .unreadable, count == 0 ? "ends at byte \(offset + done)" : String(cString: strerror(errno)))
      }
      done += count
    }
  }
}
