/// A checkpoint as PyTorch wrote it before 1.6: pickles of a magic number, a version, the machine, the object and the
/// storages' keys, one behind the other; then each storage, its number of elements before its bytes.
struct LegacyPyTorchFile: PyTorchContainer {
  let value: PickleValue
  let objects: PickleObjects
  private let source: CheckpointSource
  /// By key: the bytes of a storage in the file.
  private let storages: [String: Range<Int>]

  init(_ source: CheckpointSource) throws(PyTorchCheckpointError) {
    self.source = source
    let bytes = try source.bytes(0..<min(PickleLimits.byteCount, source.byteCount))
    guard let start = PyTorchContainerForm.legacyStart(bytes) else {
      throw PyTorchCheckpointError(.malformed, "a pickle without the magic number of PyTorch")
    }
    var heading = PickleMachine(bytes[...], allowsStorages: false)
    heading.position = start
    guard case .integer(1001) = try heading.run() else {
      throw PyTorchCheckpointError(.malformed, byte: start, "another version of the legacy form, expected 1001")
    }
    try Self.checkMachine(try heading.run(), heading)
    var machine = PickleMachine(bytes[...])
    machine.position = heading.position
    value = try machine.run()
    objects = machine.objects
    heading.position = machine.position
    let keys = try heading.run()
    storages = try Self.storages(keys, heading, of: machine.objects.storages, source)
  }

  private static func checkMachine(
    _ value: PickleValue, _ machine: PickleMachine
  ) throws(PyTorchCheckpointError) {
    guard case .dictionary(let index) = value else {
      throw machine.failure("\(value.kind) where the machine is described, expected a dictionary")
    }
    for case (.text("little_endian"), .boolean(false)) in machine.objects.dictionaries[index] {
      throw machine.failure(.unsupported, "written on a big-endian machine, expected little-endian")
    }
  }

  /// Where the storages are, which fill the rest of the file exactly, in the order of `keys`.
  private static func storages(
    _ keys: PickleValue, _ machine: PickleMachine, of references: [PickleStorage], _ source: CheckpointSource
  ) throws(PyTorchCheckpointError) -> [String: Range<Int>] {
    guard case .list = keys, let keys = machine.objects.items(of: keys) else {
      throw machine.failure("\(keys.kind) where the storages are listed, expected a list")
    }
    var byteCounts: [String: (elements: Int, size: Int)] = [:]
    for reference in references {
      let claim = (elements: reference.elementCount, size: reference.elementType.byteCount)
      if let other = byteCounts.updateValue(claim, forKey: reference.key), other != claim {
        throw PyTorchCheckpointError(
          .malformed,
          "two tensors say that the storage \"\(reference.key)\" has \(other.elements) elements of "
            + "\(other.size) bytes, and \(claim.elements) of \(claim.size)")
      }
    }
    var position = machine.position
    var result: [String: Range<Int>] = [:]
    for key in keys {
      guard case .text(let name) = key, let claim = byteCounts[name], result[name] == nil else {
        throw machine.failure("the list of storages has another one than the tensors refer to, or one twice")
      }
      let isThere = source.byteCount - position >= 8
      let found = isThere ? try source.bytes(position..<position + 8).littleEndian(at: 0, count: 8) : 0
      position += 8
      guard isThere, found == UInt64(claim.elements), claim.elements <= (source.byteCount - position) / claim.size
      else {
        throw PyTorchCheckpointError(
          .malformed, byte: position - 8,
          "the storage \"\(name)\" has \(found) elements of \(claim.size) bytes, expected \(claim.elements); "
            + "\(max(0, source.byteCount - position)) bytes are left")
      }
      result[name] = position..<position + claim.elements * claim.size
      position += claim.elements * claim.size
    }
    guard position == source.byteCount else {
      throw PyTorchCheckpointError(
        .malformed, byte: position, "the last storage ends here, \(source.byteCount - position) bytes follow")
    }
    return result
  }

  func withBytes<Result>(
    of storage: PickleStorage, _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result {
    guard let range = storages[storage.key] else {
      throw PyTorchCheckpointError(.malformed, "no storage \"\(storage.key)\", a tensor refers to it")
    }
    return try source.withBytes(range, body)
  }
}
