#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing a file so that its path never names half of it.
enum OutputFile {
  /// Writes to a new file in the same folder and renames it onto `path`.
  static func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
    let (descriptor, temporary) = try create(besides: path)
    var failure: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
        #else
          let count = Darwin.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
        #endif
        if count >= 0 {
          written += count
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    if failure != 0 {
      unlink(temporary)
      throw ImageError(file: path, reason: .unwritable(code: failure))
    }
  }

  private static func create(besides path: String) throws(ImageError) -> (descriptor: Int32, path: String) {
    // The name is numbered, so that images written at the same time, or left by a killed run, do not meet.
    for number in 0..<10_000 {
      let temporary = "\(path).\(getpid())-\(number).partial"
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, temporary) }
      if errno != EEXIST { break }
    }
    throw ImageError(file: path, reason: .unwritable(code: errno))
  }
}
