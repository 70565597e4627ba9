/// A checkpoint in a zip archive: `data.pkl`, one entry for each storage, all in one folder.
struct PyTorchArchive: PyTorchContainer {
  let value: PickleValue
  let objects: PickleObjects
  private let source: CheckpointSource
  private let archive: ZipArchive
  /// With its slash.
  private let folder: String

  init(_ source: CheckpointSource) throws(PyTorchCheckpointError) {
    self.source = source
    archive = try ZipArchive(source)
    folder = try Self.folder(of: archive)
    try Self.checkForm(archive, folder: folder, source)
    guard let entry = archive[folder + "data.pkl"], entry.range.count <= PickleLimits.byteCount else {
      throw PyTorchCheckpointError(
        .malformed, entry: folder + "data.pkl", "is larger than \(PickleLimits.byteCount) bytes, expected a state dict")
    }
    let bytes = try archive.withBytes(of: entry, in: source) { [UInt8]($0) }
    var machine = PickleMachine(bytes[...])
    do throws(PyTorchCheckpointError) {
      value = try machine.run()
      guard machine.position == bytes.count else {
        throw PyTorchCheckpointError(
          .malformed, byte: machine.position, "the pickle ends here, \(bytes.count - machine.position) bytes follow")
      }
    } catch {
      throw error.within(entry: entry.name)
    }
    objects = machine.objects
  }

  private static func folder(of archive: ZipArchive) throws(PyTorchCheckpointError) -> String {
    let pickles = archive.entries.map(\.name).filter { $0.hasSuffix("/data.pkl") }
    guard pickles.count == 1, let pickle = pickles.first else {
      let names = archive.entries.prefix(5).map { "\"\($0.name.prefix(60))\"" }.joined(separator: ", ")
      throw PyTorchCheckpointError(
        .malformed,
        "an archive with \(pickles.count) entries data.pkl, expected the one that torch.save writes"
          + (names.isEmpty ? "" : "; it begins with \(names)"))
    }
    return String(pickle.dropLast("data.pkl".count))
  }

  private static func checkForm(
    _ archive: ZipArchive, folder: String, _ source: CheckpointSource
  ) throws(PyTorchCheckpointError) {
    // TorchScript compresses its code, and what it is says more than that.
    if let code = archive.entries.first(where: {
      $0.name == folder + "constants.pkl" || $0.name.hasPrefix(folder + "code/")
    }) {
      throw PyTorchCheckpointError(
        .unsupported, entry: code.name,
        "a TorchScript archive, which holds a program; save the model's state_dict() with torch.save")
    }
    try archive.checkStored()
    if let order = try text(of: folder + "byteorder", archive, source), order != "little" {
      throw PyTorchCheckpointError(.unsupported, entry: folder + "byteorder", "\"\(order)\", expected \"little\"")
    }
    if let version = try text(of: folder + "version", archive, source), !(1...10).contains(Int(version) ?? 0) {
      throw PyTorchCheckpointError(.unsupported, entry: folder + "version", "\"\(version)\", expected 1 to 10")
    }
  }

  /// The content of a short entry, without the line feed behind it.
  private static func text(
    of name: String, _ archive: ZipArchive, _ source: CheckpointSource
  ) throws(PyTorchCheckpointError) -> String? {
    guard let entry = archive[name] else { return nil }
    guard entry.range.count <= 16 else {
      throw PyTorchCheckpointError(.malformed, entry: name, "\(entry.range.count) bytes, expected one word")
    }
    let bytes = try archive.withBytes(of: entry, in: source) { [UInt8]($0) }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  func withBytes<Result>(
    of storage: PickleStorage, _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result {
    let name = "\(folder)data/\(storage.key)"
    guard let entry = archive[name] else {
      throw PyTorchCheckpointError(.malformed, entry: name, "is not in the archive, a tensor refers to it")
    }
    let size = storage.elementType.byteCount
    guard entry.range.count.isMultiple(of: size), entry.range.count / size == storage.elementCount else {
      throw PyTorchCheckpointError(
        .malformed, entry: name,
        "\(entry.range.count) bytes, expected \(storage.elementCount) elements of \(storage.elementType.rawValue)")
    }
    return try archive.withBytes(of: entry, in: source, body)
  }
}
