import WeightImport

/// A zip archive whose every field a test can set wrong.
struct ArchiveAssembly {
  struct Entry {
    var name: String
    var bytes: [UInt8]
    var method = 0
    var flags = 0
    /// What the directory claims; nil for the truth.
    var checksum: UInt32?
    var size: Int?
    var packedSize: Int?
    var offset: Int?
    /// The name in the entry's own header; nil for the same one.
    var headerName: String?
  }

  var entries: [Entry]
  /// Writes sizes and places in zip64 fields, and the zip64 end record.
  var isWide = false
  var entryCount: Int?
  var directoryOffset: Int?

  /// What `torch.save` would write.
  init(pickle: [UInt8], storages: [[UInt8]] = []) {
    entries = [Entry(name: "archive/data.pkl", bytes: pickle)]
    for (key, storage) in storages.enumerated() { entries.append(Entry(name: "archive/data/\(key)", bytes: storage)) }
    entries.append(Entry(name: "archive/version", bytes: Array("3\n".utf8)))
  }

  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let name = Array(entry.name.utf8)
      let headerName = Array((entry.headerName ?? entry.name).utf8)
      let start = entry.offset ?? file.count
      let sizes = [entry.size ?? entry.bytes.count, entry.packedSize ?? entry.size ?? entry.bytes.count]
      let checksum = littleEndian(entry.checksum ?? plainChecksum(entry.bytes), count: 4)
      let common = littleEndian(entry.flags, count: 2) + littleEndian(entry.method, count: 2) + [0, 0, 0, 0] + checksum
      file += [0x50, 0x4B, 3, 4, 0, 0] + common + littleEndian(entry.bytes.count, count: 4)
      file += littleEndian(entry.bytes.count, count: 4) + littleEndian(headerName.count, count: 2) + [0, 0]
      file += headerName + entry.bytes

      directory += [0x50, 0x4B, 1, 2, 0, 0, 0, 0] + common
      for size in sizes.reversed() { directory += isWide ? [255, 255, 255, 255] : littleEndian(size, count: 4) }
      directory += littleEndian(name.count, count: 2) + [isWide ? 28 : 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      directory += isWide ? [255, 255, 255, 255] : littleEndian(start, count: 4)
      directory += name
      if isWide {
        directory += [1, 0, 24, 0]
        for value in sizes + [start] { directory += littleEndian(value, count: 8) }
      }
    }
    let directoryStart = directoryOffset ?? file.count
    let count = entryCount ?? entries.count
    file += directory
    if isWide {
      let record = file.count
      file += [0x50, 0x4B, 6, 6] + littleEndian(44, count: 8) + [0, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      for value in [count, count, directory.count, directoryStart] { file += littleEndian(value, count: 8) }
      file += [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + littleEndian(record, count: 8) + [1, 0, 0, 0]
    }
    file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    for _ in 0..<2 { file += isWide ? [255, 255] : littleEndian(count, count: 2) }
    for value in [directory.count, directoryStart] {
      file += isWide ? [255, 255, 255, 255] : littleEndian(value, count: 4)
    }
    return file + [0, 0]
  }
}

/// CRC-32, bit by bit.
private func plainChecksum(_ bytes: [UInt8]) -> UInt32 {
  var remainder = ~UInt32(0)
  for byte in bytes {
    remainder ^= UInt32(byte)
    for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
  }
  return ~remainder
}

/// A file as `torch.save` wrote it before its version 1.6.
func legacyFile(_ pickle: [UInt8], storages: [(key: String, count: Int, bytes: [UInt8])]) -> [UInt8] {
  var file: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
  file += PickleAssembly.program { $0.integer(1001) }
  file += PickleAssembly.program { pickle in
    pickle.dictionary {
      $0.text("little_endian")
      $0.raw([0x88])
    }
  }
  file += pickle
  file += PickleAssembly.program { pickle in
    pickle.code("](")
    for storage in storages { pickle.text(storage.key) }
    pickle.code("e")
  }
  for storage in storages { file += littleEndian(storage.count, count: 8) + storage.bytes }
  return file
}

func checkpoint(_ bytes: [UInt8], key: String? = nil) throws(PyTorchCheckpointError) -> PyTorchCheckpoint {
  let outcome = bytes.withUnsafeBytes { bytes in
    Result { () throws(PyTorchCheckpointError) in
      try PyTorchCheckpoint.read(bytes: bytes, name: "weights.pth", key: key)
    }
  }
  return try outcome.get()
}

/// What is said of a file that cannot be read; "read" of one that can.
func refusal(_ bytes: [UInt8], key: String? = nil) -> String {
  do {
    _ = try checkpoint(bytes, key: key)
    return "read"
  } catch {
    return error.description
  }
}
