import Models

/// A checkpoint whose pickle has been interpreted, and whose storages can be read.
protocol PyTorchContainer {
  /// What the pickle holds.
  var value: PickleValue { get }
  var objects: PickleObjects { get }

  /// Hands over all bytes of a storage, after checking that there are as many as its reference claims.
  func withBytes<Result>(
    of storage: PickleStorage, _ body: (UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Result
  ) throws(PyTorchCheckpointError) -> Result
}

/// How a checkpoint is built, by its first bytes.
enum PyTorchContainerForm {
  case archive
  case legacy

  /// The magic number 0x1950A86A20F9469CFC6C as a pickle writes it, and the pickle's end.
  static let legacyMagic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  init(_ source: CheckpointSource) throws(PyTorchCheckpointError) {
    let start = try source.bytes(0..<min(512, source.byteCount))
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .archive
    } else if start.first == 0x80, Self.legacyStart(start) != nil {
      self = .legacy
    } else if start.count >= 262, start[257..<262].elementsEqual("ustar".utf8) {
      throw PyTorchCheckpointError(
        .unsupported, "a tar file, as PyTorch wrote before 2017; load it with a current PyTorch and save it again")
    } else if start.first == 0x80 {
      throw PyTorchCheckpointError(
        .malformed, "a pickle without the magic number of PyTorch, expected a file that torch.save wrote")
    } else {
      let found = start.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
      throw PyTorchCheckpointError(
        .malformed,
        start.isEmpty
          ? "is empty, expected a file that torch.save wrote"
          : ForeignModelFile(start: start, byteCount: source.byteCount).flatMap {
            $0 == .text ? nil : "is \($0.name), expected a zip archive or a pickle that torch.save wrote"
          }
            ?? "begins with the bytes \(found), expected a zip archive or a pickle that torch.save wrote")
    }
  }

  /// Where the pickle behind the magic number begins.
  static func legacyStart(_ start: [UInt8]) -> Int? {
    // Protocol, and from protocol 4 on a frame.
    for position in [2, 11] where start.dropFirst(position).starts(with: legacyMagic) {
      return position + legacyMagic.count
    }
    return nil
  }
}
