import JSONScanning
import Testing

struct JSONScannerTests {
  /// What a scanner gives for a text, or how it fails and at which byte.
  private struct Failure: Error, Equatable {
    var error: JSONError
    var offset: Int
  }

  private func scan<Value>(_ text: String, _ body: (inout JSONScanner) throws -> Value) throws -> Value {
    try Array(text.utf8).withUnsafeBufferPointer { bytes in
      var json = try #require(JSONScanner(bytes))
      do { return try body(&json) } catch let error as JSONError { throw Failure(error: error, offset: json.offset) }
    }
  }

  private func failure(_ text: String, _ body: (inout JSONScanner) throws -> Void) -> Failure? {
    do {
      try scan(text, body)
      return nil
    } catch { return error as? Failure }
  }

  @Test("values of an object come one after the other, and unknown ones are passed over")
  func object() throws {
    let text =
      "\u{FEFF} {\"id\" : 7, \"skipped\": [1, {\"a\": \"]\"}, NaN, -Infinity], \"name\":\"caf\\u00e9\", \"b\": null}\n"
    let (id, name, sawNull) = try scan(text) { json in
      var (id, name, sawNull) = (0, "", false)
      var level = try json.beginObject()
      while let key = try json.nextKey(&level) {
        if key == "id" {
          id = try json.integer()
        } else if key == "name" {
          name = try json.string()
        } else if key == "b" {
          sawNull = json.skipNull()
        } else {
          #expect(key.text == "skipped")
          try json.skipValue()
        }
      }
      try json.finish()
      return (id, name, sawNull)
    }
    #expect(id == 7 && name == "café" && sawNull)
  }

  @Test(
    "numbers are the nearest doubles",
    arguments: ["0", "-0.5", "12.25e2", "1e22", "1e-22", "0.1", "123456789012345678901", "4.9e-324"])
  func numbers(text: String) throws {
    #expect(try scan(text) { try $0.number() } == Double(text))
  }

  @Test("whole numbers may be written as 12.0; from 0 up they are digits alone")
  func integers() throws {
    #expect(try scan("12.0") { try $0.integer() } == 12)
    #expect(try scan("-3") { try $0.integer() } == -3)
    #expect(failure("1.5") { _ = try $0.integer() } == Failure(error: .expected(.wholeNumber), offset: 0))
    #expect(try scan(" 90") { try $0.naturalNumber() } == 90)
    #expect(try scan("0") { try $0.naturalNumber() } == 0)
    #expect(failure("-1") { _ = try $0.naturalNumber() } == Failure(error: .expected(.naturalNumber), offset: 0))
    #expect(failure("01") { _ = try $0.naturalNumber() } == Failure(error: .expected(.naturalNumber), offset: 2))
    #expect(
      failure("9223372036854775808") { _ = try $0.naturalNumber() }
        == Failure(error: .malformed(.integerTooLarge), offset: 18))
  }

  @Test("a text is read as lenient programs write it, or strictly")
  func texts() throws {
    #expect(try scan("\"a\nb\"") { try $0.string() } == "a\nb")
    #expect(
      failure("\"a\nb\"") { _ = try $0.strictString() } == Failure(error: .malformed(.controlCharacter), offset: 3))
    #expect(try scan("\"\\ud83d\\ude00\\/\\t\"") { try $0.strictString() } == "😀/\t")
    #expect(failure("\"\\x\"") { _ = try $0.strictString() } == Failure(error: .malformed(.unknownEscape), offset: 3))
    #expect(
      failure("\"\\ud800\"") { _ = try $0.strictString() } == Failure(error: .malformed(.halfSurrogatePair), offset: 7))
    #expect(
      failure("\"\\u00g0\"") { _ = try $0.strictString() } == Failure(error: .malformed(.notHexadecimal), offset: 3))
    #expect(failure("\"abc") { _ = try $0.string() } == Failure(error: .malformed(.endInText), offset: 4))
    #expect(failure("3") { _ = try $0.string() } == Failure(error: .expected(.text), offset: 0))
  }

  @Test(
    "what is no JSON is told apart, and where",
    arguments: [
      ("{\"a\" 1}", .malformed(.keyWithoutColon), 5), ("{a: 1}", .malformed(.keyWithoutQuotes), 1),
      ("{\"a\": 1 2}", .malformed(.valueWithoutComma), 8), ("{\"a\": 1", .malformed(.endOfFile), 7),
      ("{\"a\": [1, 2", .malformed(.endOfFile), 11), ("{} x", .malformed(.moreThanOneValue), 3),
      ("[1]", .expected(.object), 0), ("{\"a\": nope}", .expected(.value), 6), ("{\"a\": ?}", .expected(.number), 6),
    ] as [(String, JSONError, Int)])
  func malformed(text: String, error: JSONError, offset: Int) {
    let found = failure(text) { json in
      var level = try json.beginObject()
      while try json.nextKey(&level) != nil { try json.skipValue() }
      try json.finish()
    }
    #expect(found == Failure(error: error, offset: offset))
  }

  @Test("there is nothing to read in no bytes")
  func empty() {
    #expect([UInt8]().withUnsafeBufferPointer { JSONScanner($0) == nil })
  }

  @Test("the keys and numbers that lead to a place are named")
  func place() {
    let text = "{\"a\": 1, \"list\": [{\"x\": \",[\"}, {\"y\": "
    let place = Array(text.utf8).withUnsafeBufferPointer { JSONPlace.describe($0) }
    #expect(place == "list[1].y")
    #expect([UInt8]().withUnsafeBufferPointer { JSONPlace.describe($0) } == "the file")
  }
}
