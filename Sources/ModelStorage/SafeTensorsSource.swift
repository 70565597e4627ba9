import Tensors

/// The parts of a safetensors file, each checked before it is believed.
final class SafeTensorsSource {
  /// The path, or what stands for it in errors.
  let path: String
  private let source: ByteSource
  var byteCount: Int { source.byteCount }

  /// Bytes that must stay as they are while this object lives.
  init(bytes: UnsafeRawBufferPointer, name: String) {
    path = name
    source = ByteSource(bytes: bytes)
  }

  init(path: String) throws(SafeTensorsError) {
    self.path = path
    do { source = try ByteSource(path: path) } catch { throw SafeTensorsError(error, path: path) }
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

  /// - Parameter checksum: Takes in the bytes as the file has them, unless it is nil.
  func readElements(
    of entry: SafeTensorsHeader.CheckedEntry, dataStart: Int, into destination: UnsafeMutableBufferPointer<Float>,
    checksum: inout TensorChecksum?
  ) throws(SafeTensorsError) {
    let start = dataStart + entry.begin
    if let elements = source.bytesInMemory(start..<start + entry.elementCount * entry.elementType.byteCount) {
      checksum?.update(elements)
      entry.elementType.decode(elements, into: destination)
      return
    }
    if entry.elementType == .f32 {
      try read(into: UnsafeMutableRawBufferPointer(destination), at: start)
      checksum?.update(UnsafeRawBufferPointer(destination))
      return
    }
    let chunkElements = 1 << 18
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(chunkElements, max(1, entry.elementCount)) * entry.elementType.byteCount, alignment: 8)
    defer { chunk.deallocate() }
    for first in stride(from: 0, to: entry.elementCount, by: chunkElements) {
      let count = min(chunkElements, entry.elementCount - first)
      let piece = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(count * entry.elementType.byteCount)])
      try read(into: piece, at: start + first * entry.elementType.byteCount)
      checksum?.update(UnsafeRawBufferPointer(piece))
      entry.elementType.decode(
        UnsafeRawBufferPointer(piece), into: UnsafeMutableBufferPointer(rebasing: destination[first..<first + count]))
    }
  }

  private func bytes(count: Int, at offset: Int) throws(SafeTensorsError) -> [UInt8] {
    do { return try source.bytes(count: count, at: offset) } catch { throw SafeTensorsError(error, path: path) }
  }

  private func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws(SafeTensorsError) {
    do { try source.read(into: destination, at: offset) } catch { throw SafeTensorsError(error, path: path) }
  }

  private func malformed(_ expectation: String, tensor: String? = nil) -> SafeTensorsError {
    SafeTensorsError(kind: .malformed, path: path, tensor: tensor, expectation: expectation)
  }
}

extension SafeTensorsError {
  fileprivate init(_ failure: ByteSource.Failure, path: String) {
    self.init(kind: failure.isMissing ? .missing : .unreadable, path: path, expectation: failure.reason)
  }
}
