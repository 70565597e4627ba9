internal import CZlib
import Files

/// The directory of a zip archive, for entries that are stored as they are, as PyTorch writes them.
///
/// Of its own because general readers are lenient, and leniency is how one archive shows different contents to
/// different programs: here every entry lies in the file, alone, under one name.
/// The format is PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.3 (zip64).
struct ZipArchive {
  struct Entry {
    var name: String
    /// Its bytes in the file.
    var range: Range<Int>
    /// CRC-32 of its bytes; 0 where the writer was told not to compute it.
    var checksum: UInt32
    /// How it is compressed; 0 where it is not.
    var method: Int
    /// As many bytes as `range` has, where it is not compressed.
    var size: Int
  }

  /// More than any state dict has, few enough to be looked at within a tenth of a second.
  static let maximumEntryCount = InputLimits.archiveEntries
  static let maximumDirectoryByteCount = 4 << 20
  static let maximumNameByteCount = 4096

  /// In the order of the directory.
  let entries: [Entry]
  private let indices: [String: Int]

  init(_ source: CheckpointSource) throws(PyTorchCheckpointError) {
    let end = try ZipEndRecord(source)
    let directory = try source.bytes(end.directory)
    var entries: [Entry] = []
    var indices: [String: Int] = [:]
    var starts: [Int] = []
    var position = 0
    while position < directory.count {
      let record = try ZipDirectoryRecord(directory, at: position)
      position += record.byteCount
      guard indices.updateValue(entries.count, forKey: record.name) == nil else {
        throw PyTorchCheckpointError(.malformed, entry: record.name, "this name occurs twice in the archive")
      }
      entries.append(try record.entry(of: source, directoryStart: end.directory.lowerBound))
      starts.append(record.headerOffset)
    }
    guard entries.count == end.entryCount else {
      throw PyTorchCheckpointError(
        .malformed, "\(entries.count) entries in the zip directory, its end record counts \(end.entryCount)")
    }
    try Self.checkDisjoint(entries, starts: starts)
    self.entries = entries
    self.indices = indices
  }

  subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }

  /// Refuses an archive of which any entry is compressed, whether it is used or not.
  func checkStored() throws(PyTorchCheckpointError) {
    for entry in entries {
      guard entry.method == 0 else {
        throw PyTorchCheckpointError(
          .unsupported, entry: entry.name,
          "is compressed (method \(entry.method)), expected stored bytes, which is what torch.save writes")
      }
      guard entry.size == entry.range.count else {
        throw PyTorchCheckpointError(
          .malformed, entry: entry.name, "\(entry.size) bytes stored as \(entry.range.count), expected the same number")
      }
    }
  }

  /// The bytes of an entry that is not compressed, its checksum compared.
  func withBytes<Result>(
    of entry: Entry, in source: CheckpointSource,
    _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result {
    try source.withBytes(entry.range) { (bytes) throws(PyTorchCheckpointError) in
      if entry.checksum != 0 {
        let found = UInt32(crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
        guard found == entry.checksum else {
          throw PyTorchCheckpointError(
            .malformed, entry: entry.name,
            "its bytes have the CRC-32 \(hexadecimal(found)), expected \(hexadecimal(entry.checksum)): they are damaged"
          )
        }
      }
      return try body(bytes)
    }
  }

  /// Two entries over the same bytes are how a small archive claims to be a large one.
  private static func checkDisjoint(_ entries: [Entry], starts: [Int]) throws(PyTorchCheckpointError) {
    let order = entries.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
    for (before, after) in zip(order, order.dropFirst()) where entries[before].range.upperBound > starts[after] {
      throw PyTorchCheckpointError(
        .malformed, entry: entries[after].name,
        "begins at byte \(starts[after]), within the entry \"\(entries[before].name)\", which ends at "
          + "\(entries[before].range.upperBound)")
    }
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
