internal import Glibc
import Tensors

/// Reads and writes safetensors files: eight bytes of header length, a JSON header, the tensors' bytes.
///
/// The format is described at https://github.com/huggingface/safetensors. A file holds numbers and text, nothing that
/// runs; all that its header says is checked before it is believed.
public enum SafeTensorsFile {
  /// The tensors, in the order of their bytes, and the metadata of a file.
  ///
  /// Elements of other types become the nearest 32-bit float: exact for F16 and BF16, not for large integers and F64.
  /// - Throws: ``SafeTensorsError``.
  public static func read(_ path: String) throws -> (tensors: ParameterStore, metadata: [String: String]) {
    let file = try OpenFile(path: path)
    let header = try file.header()
    var tensors = ParameterStore()
    for entry in try file.checkedEntries(of: header.content, dataStart: header.end) {
      tensors[entry.name] = try Tensor(shape: entry.shape) { buffer in
        try file.readElements(of: entry, dataStart: header.end, into: buffer)
      }
    }
    return (tensors, header.content.metadata)
  }

  /// The metadata alone, with the header checked and no tensor read.
  ///
  /// - Throws: ``SafeTensorsError``.
  public static func readMetadata(_ path: String) throws -> [String: String] {
    let file = try OpenFile(path: path)
    let header = try file.header()
    _ = try file.checkedEntries(of: header.content, dataStart: header.end)
    return header.content.metadata
  }
}

/// A file that is open for reading.
private final class OpenFile {
  let path: String
  let descriptor: Int32
  let byteCount: Int

  init(path: String) throws(SafeTensorsError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
  }

  deinit { close(descriptor) }

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
