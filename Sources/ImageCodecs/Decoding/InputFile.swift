internal import CImageCodecs
internal import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file read from its beginning, as far as wanted.
struct InputFile: ~Copyable {
  let path: String
  /// What has been read so far.
  private(set) var bytes: [UInt8] = []
  private(set) var reachedEnd = false
  /// Closed with this value: see ``withDescriptor(_:)``.
  private let descriptor: Int32

  init(path: String) throws(ImageError) {
    self.path = path
    // Opening a FIFO would wait for its writer.
    let special = SpecialFile(path)
    descriptor = special == nil ? open(path, O_RDONLY | O_CLOEXEC) : -1
    if let special { throw ImageError(file: path, reason: .notRegular("\(special)")) }
    if descriptor < 0 { throw ImageError(file: path, reason: .unreadable(code: errno)) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Reads until `bytes` holds `total` bytes or the file ends.
  mutating func read(upTo total: Int) throws(ImageError) {
    var failure: Int32 = 0
    withUnsafeTemporaryAllocation(byteCount: min(max(total, 1), 1 << 18), alignment: 16) { buffer in
      while bytes.count < total, !reachedEnd {
        #if canImport(Glibc)
          let count = Glibc.read(descriptor, buffer.baseAddress, min(buffer.count, total - bytes.count))
        #elseif canImport(Musl)
          let count = Musl.read(descriptor, buffer.baseAddress, min(buffer.count, total - bytes.count))
        #else
          let count = Darwin.read(descriptor, buffer.baseAddress, min(buffer.count, total - bytes.count))
        #endif
        if count > 0 {
          bytes.append(contentsOf: buffer[..<count])
        } else if count == 0 {
          reachedEnd = true
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if failure != 0 { throw ImageError(file: path, reason: .unreadable(code: failure)) }
  }

  /// Hands out the descriptor for the time of a call, in which the file stays open.
  func withDescriptor<Result, Failure: Error>(
    _ body: (Int32) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(self) { (file) throws(Failure) in try body(file.descriptor) }
  }

  /// Whether the file can be read again from its beginning, which a pipe cannot.
  var isRegular: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  mutating func readAll() throws(ImageError) {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size > 0 {
      guard codec_has_memory(Int(status.st_size)) != 0 else { throw ImageError(file: path, reason: .outOfMemory) }
      bytes.reserveCapacity(Int(status.st_size))
    }
    try read(upTo: .max)
  }
}
