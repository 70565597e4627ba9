internal import Glibc
import Tensors

/// The bytes of a safetensors file, on disk or in memory, and the one way to read them.
final class SafeTensorsSource {
  private enum Place {
    case file(descriptor: Int32)
    case memory(UnsafeRawBufferPointer)
  }

  /// The path, or what stands for it in errors.
  let path: String
  let byteCount: Int
  private let place: Place

  /// Bytes that must stay as they are while this object lives.
  init(bytes: UnsafeRawBufferPointer, name: String) {
    path = name
    byteCount = bytes.count
    place = .memory(bytes)
  }

  init(path: String) throws(SafeTensorsError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let kind: SafeTensorsError.Kind = errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
      throw SafeTensorsError(kind: kind, path: path, expectation: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SafeTensorsError(kind: .unreadable, path: path, expectation: "expected a regular file")
    }
    byteCount = Int(status.st_size)
    place = .file(descriptor: descriptor)
  }

  deinit {
    if case .file(let descriptor) = place { close(descriptor) }
  }

  /// The parsed header and where it ends.
  func header() throws(SafeTensorsError) -> (content: SafeTensorsHeader, end: Int) {
    guard byteCount >= 8 else { throw malformed("\(byteCount) bytes, expected at least 8") }
    let lengthBytes = try bytes(count: 8, at: 0)
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(min(SafeTensorsHeader.maximumByteCount, byteCount - 8)) else {
      throw malformed(
        "a header of \(length) bytes, expected 2 to \(SafeTensorsHeader.maximumByteCount) in a file of \(byteCount)")
    }
    let end = 8 + Int(length)
    var parser = SafeTensorsHeaderParser(try bytes(count: Int(length), at: 8))
    do { return (try parser.parse(), end) } catch { throw malformed(error.expectation, tensor: error.tensor) }
  }

  func checkedEntries(
    of header: SafeTensorsHeader, dataStart: Int
  ) throws(SafeTensorsError) -> [SafeTensorsHeader.CheckedEntry] {
    do {
      return try header.checkedEntries(dataByteCount: byteCount - dataStart)
    } catch {
      throw malformed(error.expectation, tensor: error.tensor)
    }
  }

  func readElements(
    of entry: SafeTensorsHeader.CheckedEntry, dataStart: Int, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(SafeTensorsError) {
    let start = dataStart + entry.begin
    if case .memory(let bytes) = place {
      let elements = bytes[start..<start + entry.elementCount * entry.elementType.byteCount]
      entry.elementType.decode(UnsafeRawBufferPointer(rebasing: elements), into: destination)
      return
    }
    if entry.elementType == .f32 {
      try read(into: UnsafeMutableRawBufferPointer(destination), at: start)
      return
    }
    let chunkElements = 1 << 18
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(chunkElements, max(1, entry.elementCount)) * entry.elementType.byteCount, alignment: 8)
    defer { chunk.deallocate() }
    for first in stride(from: 0, to: entry.elementCount, by: chunkElements) {
      let count = min(chunkElements, entry.elementCount - first)
      let source = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(count * entry.elementType.byteCount)])
      try read(into: source, at: start + first * entry.elementType.byteCount)
      entry.elementType.decode(
        UnsafeRawBufferPointer(source), into: UnsafeMutableBufferPointer(rebasing: destination[first..<first + count]))
    }
  }

  private func bytes(count: Int, at offset: Int) throws(SafeTensorsError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    do {
      try result.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    } catch let error as SafeTensorsError {
      throw error
    } catch {
      throw malformed("\(error)")
    }
    return result
  }

  private func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws(SafeTensorsError) {
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
        throw SafeTensorsError(
          kind: .unreadable, path: path,
          expectation: count == 0 ? "ends at byte \(offset + done)" : String(cString: strerror(errno)))
      }
      done += count
    }
  }

  private func malformed(_ expectation: String, tensor: String? = nil) -> SafeTensorsError {
    SafeTensorsError(kind: .malformed, path: path, tensor: tensor, expectation: expectation)
  }
}
