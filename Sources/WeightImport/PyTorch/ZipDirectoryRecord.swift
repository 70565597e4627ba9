/// One record of a zip archive's directory, and the check against what stands before the entry's own bytes.
struct ZipDirectoryRecord {
  let name: String
  /// Of this record in the directory.
  let byteCount: Int
  /// Where the entry's local header begins in the file.
  let headerOffset: Int
  private let nameBytes: [UInt8]
  private let method: Int
  private let size: Int
  private let packedSize: Int
  private let checksum: UInt32

  init(_ directory: [UInt8], at position: Int) throws(PyTorchCheckpointError) {
    guard directory.count - position >= 46, directory.littleEndian(at: position, count: 4) == 0x0201_4B50 else {
      throw PyTorchCheckpointError(.malformed, "no record of an entry at byte \(position) of the zip directory")
    }
    func field(_ offset: Int, _ count: Int) -> UInt64 { directory.littleEndian(at: position + offset, count: count) }
    let nameCount = Int(field(28, 2))
    let extraCount = Int(field(30, 2))
    byteCount = 46 + nameCount + extraCount + Int(field(32, 2))
    guard byteCount <= directory.count - position, nameCount <= ZipArchive.maximumNameByteCount else {
      throw PyTorchCheckpointError(
        .malformed,
        "the record at byte \(position) of the zip directory claims \(byteCount) bytes, a name of "
          + "\(nameCount); \(directory.count - position) are left")
    }
    nameBytes = Array(directory[position + 46..<position + 46 + nameCount])
    guard let name = String(validating: nameBytes, as: UTF8.self), nameCount > 0 else {
      throw PyTorchCheckpointError(.malformed, "a name in the zip directory, at byte \(position), is not UTF-8 text")
    }
    self.name = name
    guard field(8, 2) & 0x2041 == 0 else {
      throw PyTorchCheckpointError(.unsupported, entry: name, "is encrypted, expected plain bytes")
    }
    method = Int(field(10, 2))
    checksum = UInt32(field(16, 4))
    var packedSize = field(20, 4)
    var size = field(24, 4)
    var offset = field(42, 4)
    if [packedSize, size, offset].contains(0xFFFF_FFFF) {
      let extra = Array(directory[position + 46 + nameCount..<position + 46 + nameCount + extraCount])
      try Self.widen(&size, &packedSize, &offset, extra: extra, name: name)
    }
    guard let size = Int(exactly: size), let packedSize = Int(exactly: packedSize), let offset = Int(exactly: offset)
    else {
      throw PyTorchCheckpointError(.malformed, entry: name, "its size or place goes beyond 63 bits")
    }
    self.size = size
    self.packedSize = packedSize
    headerOffset = offset
  }

  /// Replaces the saturated fields by those of the zip64 extra field, which holds them in this order.
  private static func widen(
    _ size: inout UInt64, _ packedSize: inout UInt64, _ offset: inout UInt64, extra: [UInt8], name: String
  ) throws(PyTorchCheckpointError) {
    var position = 0
    while extra.count - position >= 4 {
      let count = Int(extra.littleEndian(at: position + 2, count: 2))
      let end = position + 4 + count
      guard end <= extra.count else { break }
      if extra.littleEndian(at: position, count: 2) == 1 {
        var from = position + 4
        func next(_ value: UInt64) -> UInt64? {
          guard value == 0xFFFF_FFFF else { return value }
          guard from + 8 <= end else { return nil }
          defer { from += 8 }
          return extra.littleEndian(at: from, count: 8)
        }
        guard let wideSize = next(size), let widePacked = next(packedSize), let wideOffset = next(offset) else { break }
        (size, packedSize, offset) = (wideSize, widePacked, wideOffset)
        return
      }
      position = end
    }
    throw PyTorchCheckpointError(.malformed, entry: name, "its zip64 field does not hold what the directory refers to")
  }

  /// Where the entry's bytes are, after its local header, all of them before the directory.
  func entry(
    of source: CheckpointSource, directoryStart: Int
  ) throws(PyTorchCheckpointError) -> ZipArchive.Entry {
    let headerCount = 30 + nameBytes.count
    guard headerOffset <= directoryStart - headerCount else {
      throw PyTorchCheckpointError(
        .malformed, entry: name, "begins at byte \(headerOffset), the archive's entries end at \(directoryStart)")
    }
    let header = try source.bytes(headerOffset..<headerOffset + headerCount)
    guard header.littleEndian(at: 0, count: 4) == 0x0403_4B50,
      header.littleEndian(at: 26, count: 2) == UInt64(nameBytes.count), header[30...].elementsEqual(nameBytes),
      header.littleEndian(at: 8, count: 2) == UInt64(method)
    else {
      throw PyTorchCheckpointError(
        .malformed, entry: name, "at byte \(headerOffset) stands another header than the directory's")
    }
    let start = headerOffset + headerCount + Int(header.littleEndian(at: 28, count: 2))
    guard start <= directoryStart, packedSize <= directoryStart - start else {
      throw PyTorchCheckpointError(
        .malformed, entry: name,
        "\(packedSize) bytes from byte \(start), the archive's entries end at \(directoryStart)")
    }
    return ZipArchive.Entry(
      name: name, range: start..<start + packedSize, checksum: checksum, method: method, size: size)
  }
}
