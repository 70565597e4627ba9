import ComputeGraph
import JSONScanning

/// Reads the JSON of a safetensors header: the few forms that the format allows, and nothing else.
///
/// By a ``JSONScanner``, because general JSON decoders accept duplicate keys in silence, and two tensors of one name are
/// how a file shows different weights to different readers.
struct SafeTensorsHeaderParser {
  typealias Failure = SafeTensorsHeader.Failure

  private let bytes: [UInt8]
  /// The tensor being read, for errors.
  private var tensor: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() throws(Failure) -> SafeTensorsHeader {
    let bytes = bytes
    return try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      guard bytes.first == UInt8(ascii: "{"), var json = JSONScanner(bytes) else {
        throw Failure(tensor: nil, expectation: "header byte 0: expected the header to begin with {")
      }
      if let offset = Self.offsetOfExcess(in: bytes) {
        json.move(to: offset)
        throw failure("more than \(SafeTensorsHeader.maximumTensorCount) tensors", json)
      }
      return try header(&json)
    }
  }

  /// Where a member begins that is one too many, in a header so large that there may be one: by its brackets and commas,
  /// before anything is made of it, which takes longer.
  private static func offsetOfExcess(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    // The metadata are a member too.
    let most = SafeTensorsHeader.maximumTensorCount + 1
    guard bytes.count > most * shortestEntry else { return nil }
    var (depth, count, isText, isEscaped) = (0, 1, false, false)
    for (offset, byte) in bytes.enumerated() {
      if isText {
        isText = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ",") where depth == 1:
        count += 1
        if count > most { return offset }
      default: break
      }
    }
    return nil
  }

  /// Bytes of an entry without a name and without axes.
  private static let shortestEntry = #""":{"dtype":"U8","shape":[],"data_offsets":[0,0]}"#.utf8.count

  private mutating func header(_ json: inout JSONScanner) throws(Failure) -> SafeTensorsHeader {
    var header = SafeTensorsHeader()
    var names: Set<String> = []
    try object(&json) { (parser, json, key) throws(Failure) in
      guard names.insert(key).inserted else { throw parser.failure("the name \"\(key)\" occurs twice", json) }
      if key == "__metadata__" {
        header.metadata = try parser.metadata(&json)
      } else {
        guard header.entries.count < SafeTensorsHeader.maximumTensorCount else {
          throw parser.failure("more than \(SafeTensorsHeader.maximumTensorCount) tensors", json)
        }
        parser.tensor = key
        header.entries.append(try parser.entry(&json, name: key))
        parser.tensor = nil
      }
    }
    try read(&json) { json throws(JSONError) in try json.finish() }
    return header
  }

  private mutating func metadata(_ json: inout JSONScanner) throws(Failure) -> [String: String] {
    var result: [String: String] = [:]
    try object(&json) { (parser, json, key) throws(Failure) in
      guard result[key] == nil else { throw parser.failure("the metadata key \"\(key)\" occurs twice", json) }
      result[key] = try parser.string(&json)
    }
    return result
  }

  private mutating func entry(
    _ json: inout JSONScanner, name: String
  ) throws(Failure) -> SafeTensorsHeader.Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object(&json) { (parser, json, key) throws(Failure) in
      switch key {
      case "dtype" where type == nil: type = try parser.string(&json)
      case "shape" where shape == nil: shape = try parser.integers(&json)
      case "data_offsets" where offsets == nil: offsets = try parser.integers(&json)
      case "dtype", "shape", "data_offsets": throw parser.failure("the key \"\(key)\" occurs twice", json)
      default: throw parser.failure("unknown key \"\(key)\", expected dtype, shape and data_offsets", json)
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw failure("expected dtype, shape and two data_offsets", json)
    }
    return SafeTensorsHeader.Entry(
      name: name, elementTypeName: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private mutating func object(
    _ json: inout JSONScanner,
    _ member: (inout SafeTensorsHeaderParser, inout JSONScanner, String) throws(Failure) -> Void
  ) throws(Failure) {
    var level = try read(&json) { json throws(JSONError) in try json.beginObject() }
    while try read(&json, closing: "}", { json throws(JSONError) in try json.hasMember(&level) }) {
      let key = try string(&json)
      try read(&json) { json throws(JSONError) in try json.colon() }
      try member(&self, &json, key)
    }
  }

  private func integers(_ json: inout JSONScanner) throws(Failure) -> [Int] {
    var level = try read(&json) { json throws(JSONError) in try json.beginList() }
    var result: [Int] = []
    while try read(&json, closing: "]", { json throws(JSONError) in try json.hasNext(&level) }) {
      result.append(try read(&json) { json throws(JSONError) in try json.naturalNumber() })
    }
    return result
  }

  private func string(_ json: inout JSONScanner) throws(Failure) -> String {
    try read(&json) { json throws(JSONError) in try json.strictString() }
  }

  /// - Parameter closing: what was expected where there is neither a comma nor the end of an object or list.
  private func read<Value>(
    _ json: inout JSONScanner, closing: Character = "}", _ body: (inout JSONScanner) throws(JSONError) -> Value
  ) throws(Failure) -> Value {
    do throws(JSONError) {
      return try body(&json)
    } catch {
      throw failure(Self.words(error, closing: closing), json)
    }
  }

  private static func words(_ error: JSONError, closing: Character) -> String {
    switch error {
    case .expected(.object): "expected {"
    case .expected(.list): "expected ["
    case .expected(.text), .malformed(.keyWithoutQuotes): "expected \""
    case .malformed(.keyWithoutColon): "expected :"
    case .malformed(.valueWithoutComma), .malformed(.endOfFile): "expected \(closing)"
    case .malformed(.endInText): "a string does not end"
    case .malformed(.textNotUTF8): "a string is not UTF-8"
    case .malformed(.controlCharacter): "a control character stands in a string"
    case .malformed(.unknownEscape): "an unknown escape in a string"
    case .malformed(.moreThanOneValue): "expected nothing but spaces after the object"
    case .expected, .malformed: "\(error)"
    }
  }

  private func failure(_ what: String, _ json: JSONScanner) -> Failure {
    Failure(tensor: tensor, expectation: "header byte \(json.offset): \(what)")
  }
}
