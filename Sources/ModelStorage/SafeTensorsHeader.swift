import Files
import Tensors

/// What the JSON header of a safetensors file says: metadata, and for each tensor its type, shape and bytes.
struct SafeTensorsHeader {
  struct Entry {
    var name: String
    /// As the file spells it; known only after ``SafeTensorsHeader/checkedEntries(dataByteCount:)``.
    var elementTypeName: String
    var shape: [Int]
    /// First byte, and the one after the last, from the end of the header.
    var begin: Int
    var end: Int
  }

  /// An entry whose type is known and whose shape fills exactly its bytes.
  struct CheckedEntry {
    var name: String
    var elementType: SafeTensorsElementType
    var shape: TensorShape
    var elementCount: Int
    /// From the end of the header.
    var begin: Int
  }

  /// Something in a header that contradicts the format.
  struct Failure: Error {
    var tensor: String?
    var expectation: String
  }

  /// The format's own limit.
  static let maximumByteCount = InputLimits.safeTensorsHeaderBytes
  /// More than any network has; a header of a million tensors would take seconds and gigabytes.
  static let maximumTensorCount = InputLimits.tensors

  var metadata: [String: String] = [:]
  var entries: [Entry] = []

  /// The metadata without what describes this one file's bytes.
  var describingMetadata: [String: String] {
    metadata.filter { $0.key != TensorChecksum.metadataKey }
  }

  /// The entries in the order of their bytes, after checking that they tile the file's data exactly.
  ///
  /// Nothing is allocated by what the header claims: shapes are multiplied with overflow checks and compared with
  /// bytes that are there.
  func checkedEntries(dataByteCount: Int) throws(Failure) -> [CheckedEntry] {
    var checked: [CheckedEntry] = []
    checked.reserveCapacity(entries.count)
    var position = 0
    // Sorting by position in the header as well keeps the order of tensors without elements.
    let order = entries.indices.sorted {
      (entries[$0].begin, entries[$0].end, $0) < (entries[$1].begin, entries[$1].end, $1)
    }
    for entry in order.map({ entries[$0] }) {
      guard let type = SafeTensorsElementType(rawValue: entry.elementTypeName) else {
        let known = SafeTensorsElementType.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure(
          tensor: entry.name, expectation: "element type \"\(entry.elementTypeName)\" is none of \(known)")
      }
      guard entry.begin <= entry.end, entry.end <= dataByteCount else {
        throw Failure(
          tensor: entry.name,
          expectation:
            "data_offsets [\(entry.begin), \(entry.end)] do not lie in order inside the file's \(dataByteCount) data bytes"
        )
      }
      guard let elementCount = Self.product(entry.shape), let byteCount = Self.product([elementCount, type.byteCount])
      else {
        throw Failure(tensor: entry.name, expectation: "the extents \(entry.shape) multiply beyond 64 bits")
      }
      guard byteCount == entry.end - entry.begin else {
        throw Failure(
          tensor: entry.name,
          expectation:
            "\(type.rawValue) of shape \(entry.shape) takes \(byteCount) bytes, data_offsets give \(entry.end - entry.begin)"
        )
      }
      guard entry.begin == position else {
        let what = entry.begin < position ? "overlaps the tensor before it" : "leaves a hole before it"
        throw Failure(tensor: entry.name, expectation: "begins at \(entry.begin), expected \(position): \(what)")
      }
      position = entry.end
      checked.append(
        CheckedEntry(
          name: entry.name, elementType: type, shape: TensorShape(entry.shape), elementCount: elementCount,
          begin: entry.begin))
    }
    guard position == dataByteCount else {
      throw Failure(
        tensor: nil, expectation: "tensors end at data byte \(position), the file has \(dataByteCount) data bytes")
    }
    return checked
  }

  private static func product(_ extents: [Int]) -> Int? {
    var result = 1
    for extent in extents {
      let (product, overflow) = result.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
