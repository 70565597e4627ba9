/// Reads the JSON of a safetensors header: the few forms that the format allows, and nothing else.
///
/// Of its own because general JSON decoders accept duplicate keys in silence, and two tensors of one name are how a
/// file shows different weights to different readers.
struct SafeTensorsHeaderParser {
  typealias Failure = SafeTensorsHeader.Failure

  private let bytes: [UInt8]
  private var position = 0
  /// The tensor being read, for errors.
  private var tensor: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() throws(Failure) -> SafeTensorsHeader {
    var header = SafeTensorsHeader()
    var names: Set<String> = []
    guard bytes.first == UInt8(ascii: "{") else { throw failure("expected the header to begin with {") }
    try object { (parser, key) throws(Failure) in
      guard names.insert(key).inserted else { throw parser.failure("the name \"\(key)\" occurs twice") }
      if key == "__metadata__" {
        header.metadata = try parser.metadata()
      } else {
        parser.tensor = key
        header.entries.append(try parser.entry(name: key))
        parser.tensor = nil
      }
    }
    skipSpace()
    guard position == bytes.count else { throw failure("expected nothing but spaces after the object") }
    return header
  }

  private mutating func metadata() throws(Failure) -> [String: String] {
    var result: [String: String] = [:]
    try object { (parser, key) throws(Failure) in
      guard result[key] == nil else { throw parser.failure("the metadata key \"\(key)\" occurs twice") }
      result[key] = try parser.string()
    }
    return result
  }

  private mutating func entry(name: String) throws(Failure) -> SafeTensorsHeader.Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object { (parser, key) throws(Failure) in
      switch key {
      case "dtype" where type == nil: type = try parser.string()
      case "shape" where shape == nil: shape = try parser.integers()
      case "data_offsets" where offsets == nil: offsets = try parser.integers()
      case "dtype", "shape", "data_offsets": throw parser.failure("the key \"\(key)\" occurs twice")
      default: throw parser.failure("unknown key \"\(key)\", expected dtype, shape and data_offsets")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw failure("expected dtype, shape and two data_offsets")
    }
    return SafeTensorsHeader.Entry(
      name: name, elementTypeName: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private mutating func object(
    _ member: (inout SafeTensorsHeaderParser, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while accept(",")
    try expect("}")
  }

  private mutating func integers() throws(Failure) -> [Int] {
    try expect("[")
    var result: [Int] = []
    if accept("]") { return result }
    repeat { result.append(try integer()) } while accept(",")
    try expect("]")
    return result
  }

  private mutating func integer() throws(Failure) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, let digit = Self.digit(bytes[position]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !overflow, !carry else { throw failure("an integer beyond 64 bits") }
      value = sum
      position += 1
    }
    let length = position - start
    guard length > 0, length == 1 || bytes[start] != UInt8(ascii: "0") else {
      throw failure("expected an integer from 0 up")
    }
    return value
  }

  private mutating func string() throws(Failure) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
      case 0..<0x20: throw failure("a control character stands in a string")
      default: content.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  /// The bytes of one escape sequence, the backslash already read.
  private mutating func escape() throws(Failure) -> [UInt8] {
    guard position < bytes.count else { throw failure("a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimalUnit()
      if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimalUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw failure("an unknown escape in a string")
    }
  }

  private mutating func hexadecimalUnit() throws(Failure) -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure("a string does not end") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("expected four hexadecimal digits after \\u")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard accept(character) else { throw failure("expected \(character)") }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }

  private func failure(_ what: String) -> Failure {
    Failure(tensor: tensor, expectation: "header byte \(position): \(what)")
  }
}
