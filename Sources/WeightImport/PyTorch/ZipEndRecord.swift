/// What stands at the end of a zip archive: where its directory is, and how many entries that has.
struct ZipEndRecord {
  let directory: Range<Int>
  let entryCount: Int

  init(_ source: CheckpointSource) throws(PyTorchCheckpointError) {
    let end = try Self.find(source)
    var entryCount = end.bytes.littleEndian(at: 10, count: 2)
    var byteCount = end.bytes.littleEndian(at: 12, count: 4)
    var offset = end.bytes.littleEndian(at: 16, count: 4)
    var directoryEnd = end.offset
    if let wide = try Self.wideRecord(source, before: end.offset) {
      // Saturated fields refer to the zip64 record, others must not contradict it.
      for (narrow, wide, limit) in [
        (entryCount, wide.entryCount, 0xFFFF), (byteCount, wide.byteCount, 0xFFFF_FFFF),
        (offset, wide.offset, 0xFFFF_FFFF),
      ] where narrow != limit && narrow != wide {
        throw PyTorchCheckpointError(.malformed, "the two end records of the zip directory say \(narrow) and \(wide)")
      }
      (entryCount, byteCount, offset) = (wide.entryCount, wide.byteCount, wide.offset)
      directoryEnd = wide.start
    }
    guard byteCount <= UInt64(directoryEnd), offset == UInt64(directoryEnd) - byteCount else {
      throw PyTorchCheckpointError(
        .malformed,
        "the zip directory is said to have \(byteCount) bytes at \(offset), expected it to end at \(directoryEnd)")
    }
    guard byteCount <= UInt64(ZipArchive.maximumDirectoryByteCount),
      entryCount <= UInt64(ZipArchive.maximumEntryCount)
    else {
      throw PyTorchCheckpointError(
        .malformed,
        "a zip directory of \(byteCount) bytes for \(entryCount) entries, expected at most "
          + "\(ZipArchive.maximumDirectoryByteCount) and \(ZipArchive.maximumEntryCount)")
    }
    directory = Int(offset)..<directoryEnd
    self.entryCount = Int(entryCount)
  }

  /// The last record whose comment reaches exactly to the end of the file.
  private static func find(
    _ source: CheckpointSource
  ) throws(PyTorchCheckpointError) -> (offset: Int, bytes: [UInt8]) {
    let start = max(0, source.byteCount - (22 + 0xFFFF))
    let tail = try source.bytes(start..<source.byteCount)
    for position in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[position] == 0x50 && tail.littleEndian(at: position, count: 4) == 0x0605_4B50 {
      guard Int(tail.littleEndian(at: position + 20, count: 2)) == tail.count - position - 22 else { continue }
      guard tail.littleEndian(at: position + 4, count: 4) == 0,
        tail.littleEndian(at: position + 8, count: 2) == tail.littleEndian(at: position + 10, count: 2)
      else { throw PyTorchCheckpointError(.unsupported, "an archive in several parts, expected one file") }
      return (start + position, Array(tail[position..<position + 22]))
    }
    throw PyTorchCheckpointError(
      .malformed, "begins as a zip archive and does not end as one: is the file truncated at byte \(source.byteCount)?")
  }

  /// The zip64 end record, where a locator before the end record says that there is one.
  private static func wideRecord(
    _ source: CheckpointSource, before end: Int
  ) throws(PyTorchCheckpointError) -> (start: Int, entryCount: UInt64, byteCount: UInt64, offset: UInt64)? {
    guard end >= 20 else { return nil }
    let locator = try source.bytes(end - 20..<end)
    guard locator.littleEndian(at: 0, count: 4) == 0x0706_4B50 else { return nil }
    let offset = locator.littleEndian(at: 8, count: 8)
    let expectedEnd = end - 20
    guard expectedEnd >= 56, offset <= UInt64(expectedEnd - 56) else {
      throw PyTorchCheckpointError(.malformed, "the zip64 end record is said to be at \(offset), beyond its locator")
    }
    let start = Int(offset)
    let record = try source.bytes(start..<start + 56)
    guard record.littleEndian(at: 0, count: 4) == 0x0606_4B50,
      record.littleEndian(at: 4, count: 8) == UInt64(expectedEnd - start - 12)
    else {
      throw PyTorchCheckpointError(.malformed, "no zip64 end record from byte \(start) to \(expectedEnd)")
    }
    return (
      start, record.littleEndian(at: 32, count: 8), record.littleEndian(at: 40, count: 8),
      record.littleEndian(at: 48, count: 8)
    )
  }
}
