import Foundation
import JSONScanning

/// Reads the JSON of a proposal file into numbers by their places, and names the place of what cannot be one.
struct ProposalJSONReader {
  struct Result {
    var fileName: String
    var bbox: [Double]
    var score: Double
  }

  private let path: String
  private var json: JSONScanner

  /// - Parameter json: the text, which outlives the reader.
  init(path: String, json: JSONScanner) {
    self.path = path
    self.json = json
  }

  /// `{"image.jpg": [[1, 2, 3, 4], …], …}`; of a key that stands twice, the first counts.
  mutating func listsByName() throws(ProposalError) -> [String: [[Double]]] {
    var lists: [String: [[Double]]] = [:]
    var level = try read { json throws(JSONError) in try json.beginObject() }
    while let name = try nextKey(&level) {
      let boxes = try list(at: "\"\(name)\"") { (reader, index) throws(ProposalError) in
        try reader.numbers(at: "\"\(name)\"[\(index)]")
      }
      if lists[name] == nil { lists[name] = boxes }
    }
    try read { json throws(JSONError) in try json.finish() }
    return lists
  }

  /// `[{"file_name": "image.jpg", "bbox": [1, 2, 3, 4], "score": 0.9}, …]`; other keys are passed over.
  mutating func results() throws(ProposalError) -> [Result] {
    let results = try list(at: nil) { (reader, index) throws(ProposalError) in try reader.result(at: "[\(index)]") }
    try read { json throws(JSONError) in try json.finish() }
    return results
  }

  private mutating func result(at place: String) throws(ProposalError) -> Result {
    guard json.peek() == UInt8(ascii: "{") else { throw try mismatch("Dictionary<String, Any>", at: place) }
    var (fileName, bbox, score) = (String?.none, [Double]?.none, Double?.none)
    var level = try read { json throws(JSONError) in try json.beginObject() }
    while let key = try nextKey(&level) {
      switch key {
      case "file_name" where fileName == nil:
        guard json.peek() == UInt8(ascii: "\"") else { throw try mismatch("String", at: "\(place)\"file_name\"") }
        fileName = try read { json throws(JSONError) in try json.strictString() }
      case "bbox" where bbox == nil: bbox = try numbers(at: "\(place)\"bbox\"")
      case "score" where score == nil: score = try number(at: "\(place)\"score\"")
      default: try read { json throws(JSONError) in try json.skipValue() }
      }
    }
    func missing(_ key: String) -> ProposalError {
      malformed(place, "has no \(key), expected file_name, bbox and score")
    }
    guard let fileName else { throw missing("file_name") }
    guard let bbox else { throw missing("bbox") }
    guard let score else { throw missing("score") }
    return Result(fileName: fileName, bbox: bbox, score: score)
  }

  private mutating func numbers(at place: @autoclosure () -> String) throws(ProposalError) -> [Double] {
    try list(at: place()) { (reader, index) throws(ProposalError) in try reader.number(at: "\(place())[\(index)]") }
  }

  private mutating func list<Item>(
    at place: @autoclosure () -> String?,
    _ item: (inout ProposalJSONReader, _ index: Int) throws(ProposalError) -> Item
  ) throws(ProposalError) -> [Item] {
    guard json.peek() == UInt8(ascii: "[") else { throw try mismatch("Array<Any>", at: place()) }
    var items: [Item] = []
    var level = try read { json throws(JSONError) in try json.beginList() }
    while try read({ json throws(JSONError) in try json.hasNext(&level) }) {
      items.append(try item(&self, items.count))
    }
    return items
  }

  /// JSON has no NaN or Infinity, but programs write them: read, they can be named with their place.
  private mutating func number(at place: @autoclosure () -> String) throws(ProposalError) -> Double {
    switch json.peek() {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "N"), UInt8(ascii: "I"): break
    default: throw try mismatch("Double", at: place())
    }
    if let value = json.nonFiniteNumber() { return value }
    let first = json.offset
    let value = try read { json throws(JSONError) in try json.number() }
    let digits = json.bytes[first..<json.offset].drop { $0 == UInt8(ascii: "-") }
    if digits.count > 1, digits.first == UInt8(ascii: "0"), digits.dropFirst().first.map(Self.isDigit) == true {
      throw malformed(nil, "not valid JSON: Number with leading zero around character \(first).")
    }
    return value
  }

  private mutating func nextKey(_ level: inout JSONScanner.Level) throws(ProposalError) -> String? {
    guard try read({ json throws(JSONError) in try json.hasMember(&level) }) else { return nil }
    let key = try read { json throws(JSONError) in try json.strictString() }
    try read { json throws(JSONError) in try json.colon() }
    return key
  }
}

extension ProposalJSONReader {
  /// Another kind of value than belongs here, or none.
  private mutating func mismatch(_ expected: String, at place: String?) throws(ProposalError) -> ProposalError {
    let found: String
    switch json.peek() {
    case UInt8(ascii: "{"): found = "a dictionary"
    case UInt8(ascii: "["): found = "an array"
    case UInt8(ascii: "\""): found = "a string"
    case UInt8(ascii: "t") where json.matches("true"), UInt8(ascii: "f") where json.matches("false"): found = "bool"
    case UInt8(ascii: "n") where json.matches("null"):
      let wanted =
        switch expected {
        case "Array<Any>": "unkeyed decoding container"
        case "Dictionary<String, Any>": "keyed decoding container"
        default: "value of type \(expected)"
        }
      return malformed(place, "Cannot get \(wanted) -- found null value instead")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): found = "number"
    default: throw syntaxError(.expected(.value))
    }
    return malformed(place, "Expected to decode \(expected) but found \(found) instead.")
  }

  private mutating func read<Value>(
    _ body: (inout JSONScanner) throws(JSONError) -> Value
  ) throws(ProposalError) -> Value {
    do throws(JSONError) {
      return try body(&json)
    } catch {
      throw syntaxError(error)
    }
  }

  private func syntaxError(_ error: JSONError) -> ProposalError {
    var json = json
    let next = json.peek()
    let problem =
      switch error {
      case .malformed(.endInText), .malformed(.endOfFile): "Unexpected end of file during JSON parse."
      case _ where next == 0: "Unexpected end of file during JSON parse."
      case .malformed(.controlCharacter): "Unescaped control character around character \(json.offset)."
      case .malformed(.unknownEscape), .malformed(.halfSurrogatePair), .malformed(.notHexadecimal):
        "Invalid escape sequence around character \(json.offset)."
      case .expected(.number) where Self.isDigit(next) || next == UInt8(ascii: "-"):
        "Number \(word(json)) is not representable in Swift."
      default: "Invalid value around character \(json.offset)."
      }
    return malformed(nil, "not valid JSON: \(problem)")
  }

  /// What stands up to the next comma, bracket or space.
  private func word(_ json: JSONScanner) -> String {
    String(decoding: json.bytes[json.offset...].prefix { !",]} \n\r\t".utf8.contains($0) }, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private func malformed(_ place: String?, _ problem: String) -> ProposalError {
    .malformed(path: path, place: place, problem: problem)
  }
}
