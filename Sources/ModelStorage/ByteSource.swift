internal import Glibc

/// The bytes of a file of weights, on disk or in memory, and the one way to read them.
package final class ByteSource {
  /// What the system said; what file it was is the caller's to add.
  package struct Failure: Error {
    package let isMissing: Bool
    package let reason: String
  }

  private enum Place {
    case file(descriptor: Int32)
    case memory(UnsafeRawBufferPointer)
  }

  package let byteCount: Int
  private let place: Place

  /// Bytes that must stay as they are while this object lives.
  package init(bytes: UnsafeRawBufferPointer) {
    byteCount = bytes.count
    place = .memory(bytes)
  }

  package init(path: String) throws(Failure) {
    // Without waiting, since opening a pipe would never return.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Failure(isMissing: errno == ENOENT || errno == ENOTDIR, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Failure(isMissing: false, reason: "expected a regular file")
    }
    byteCount = Int(status.st_size)
    place = .file(descriptor: descriptor)
  }

  deinit {
    if case .file(let descriptor) = place { close(descriptor) }
  }

  /// A part that is in memory already; nil for a file.
  ///
  /// - Precondition: `range` lies within ``byteCount``.
  package func bytesInMemory(_ range: Range<Int>) -> UnsafeRawBufferPointer? {
    guard case .memory(let bytes) = place else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// Fills `destination` with the bytes from `offset`.
  ///
  /// - Precondition: they lie within ``byteCount``.
  package func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws(Failure) {
    // The descriptor is closed with this object.
    defer { withExtendedLifetime(self) {} }
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
        throw Failure(
          isMissing: false, reason: count == 0 ? "ends at byte \(offset + done)" : String(cString: strerror(errno)))
      }
      done += count
    }
  }

  /// The bytes from `offset` as an array.
  ///
  /// - Precondition: they lie within ``byteCount``.
  package func bytes(count: Int, at offset: Int) throws(Failure) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    let outcome = result.withUnsafeMutableBytes { buffer in
      Result { () throws(Failure) in try read(into: buffer, at: offset) }
    }
    try outcome.get()
    return result
  }
}
