import ComputeGraph
import Files

extension SafeTensorsFile {
  /// The element type in which tensors are stored.
  public enum Storage: String, CaseIterable, Sendable {
    case f32
    /// Half precision, rounded to nearest even; beyond ±65,504 becomes infinite.
    case f16
    /// The upper half of an f32, rounded to nearest even.
    case bf16

    var elementType: SafeTensorsElementType {
      switch self {
      case .f32: .f32
      case .f16: .f16
      case .bf16: .bf16
      }
    }
  }

  /// Writes tensors, in the store's order, and metadata, sorted by key: the same input gives the same bytes.
  ///
  /// The file appears whole or not at all (`OutputFile`); where `previousPath` is given, the file that was there is
  /// kept under that name.
  ///
  /// - Parameters:
  ///   - bytes: tensors of whole numbers from −128 to 127, to be stored in one byte each.
  ///   - hasChecksum: Whether the metadata get a checksum of all bytes of the tensors, which reading then demands.
  /// - Throws: ``SafeTensorsError`` where the header would be too long, an `OutputError` where the file cannot be written.
  public static func write(
    _ tensors: ParameterStore, metadata: [String: String] = [:], storage: Storage = .f32,
    bytes: Set<String> = [], hasChecksum: Bool = false, to path: String, keepingPreviousAs previousPath: String? = nil
  ) throws {
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
      for name in tensors.names {
        guard let tensor = tensors[name] else { continue }
        try tensor.withUnsafeBufferPointer { elements in
          if bytes.contains(name) {
            try elements.map { Int8($0) }.withUnsafeBytes { try body($0) }
          } else {
            try encode(elements, as: storage, body)
          }
        }
      }
    }
    var metadata = metadata
    if hasChecksum {
      var checksum = TensorChecksum()
      try forEachPiece { checksum.update($0) }
      metadata[TensorChecksum.metadataKey] = checksum.text
    }
    let header = headerBytes(tensors, metadata: metadata) { bytes.contains($0) ? .i8 : storage.elementType }
    guard header.count <= SafeTensorsHeader.maximumByteCount else {
      throw SafeTensorsError(
        kind: .unwritable, path: path,
        expectation: "a header of \(header.count) bytes, the format allows \(SafeTensorsHeader.maximumByteCount)")
    }
    try OutputFile.write(to: path, keepingPreviousAs: previousPath) { writer in
      try writer.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
      try writer.write(header)
      try forEachPiece { try writer.write($0) }
    }
  }

  private static func encode(
    _ elements: UnsafeBufferPointer<Float>, as storage: Storage, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let halves: (Float) -> UInt16
    switch storage {
    case .f32:
      try body(UnsafeRawBufferPointer(elements))
      return
    case .f16: halves = { Float16($0).bitPattern }
    case .bf16: halves = bfloat16
    }
    let chunk = 1 << 18
    for first in stride(from: 0, to: elements.count, by: chunk) {
      let converted = elements[first..<min(first + chunk, elements.count)].map(halves)
      try converted.withUnsafeBytes { try body($0) }
    }
  }

  /// The upper half of a float, rounded to nearest even; a NaN stays one.
  private static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  private static func headerBytes(
    _ tensors: ParameterStore, metadata: [String: String], elementType: (String) -> SafeTensorsElementType
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var position = 0
    for name in tensors.names {
      guard let tensor = tensors[name] else { continue }
      precondition(name != "__metadata__", "a tensor cannot be named __metadata__ in a safetensors file")
      let type = elementType(name)
      let end = position + tensor.elementCount * type.byteCount
      let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(position),\(end)]}"
      )
      position = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    // The format aligns data to eight bytes with spaces.
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8))
    return bytes
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
