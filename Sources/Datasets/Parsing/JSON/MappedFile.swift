internal import Glibc

/// The bytes of a file, in memory only where they are being read.
final class MappedFile {
  /// Valid while this object lives.
  let bytes: UnsafeRawBufferPointer
  private var discarded = 0

  /// - Throws: ``DatasetError`` when the file cannot be read.
  init(_ path: String) throws {
    try FilePath.checkIsNotSpecial(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DatasetError(path: path, problem: errno == ENOENT ? "there is no such file" : Self.problem(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DatasetError(path: path, problem: Self.problem(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw DatasetError(path: path, problem: "cannot be read: it is not a file")
    }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw DatasetError(path: path, problem: Self.problem(errno))
    }
    madvise(start, Int(status.st_size), MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Gives back the memory of what lies before an offset; reading it again brings it back from the file.
  func discard(before offset: Int) {
    let step = 1 << 22
    guard offset - discarded >= step, let start = bytes.baseAddress else { return }
    let end = offset / step * step
    withExtendedLifetime(self) {
      _ = madvise(UnsafeMutableRawPointer(mutating: start) + discarded, end - discarded, MADV_DONTNEED)
    }
    discarded = end
  }

  private static func problem(_ code: Int32) -> String { "cannot be read: \(String(cString: strerror(code)))" }
}
