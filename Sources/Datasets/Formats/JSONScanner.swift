internal import Glibc

/// Reads a JSON file from front to back, value by value, and keeps nothing: for files with millions of records. The caller
/// asks for the values that it expects; anything else is a ``DatasetError`` with line, column and place. Where the text is no JSON
/// at all, so that nothing behind it can be read, the error has its ``DatasetError/byteOffset`` too.
struct JSONScanner {
  /// Inside of an object or a list.
  struct Level {
    fileprivate var isFirst = true
  }

  /// A key as its bytes stand in the file; one written with escapes equals none.
  struct Key {
    fileprivate let start: UnsafePointer<UInt8>
    fileprivate let count: Int

    static func == (key: Key, name: StaticString) -> Bool {
      key.count == name.utf8CodeUnitCount && memcmp(key.start, name.utf8Start, key.count) == 0
    }

    /// With its escapes resolved.
    var text: String { JSONText.unescaped(UnsafeBufferPointer(start: start - 1, count: count + 2)) ?? "" }
  }

  let path: String
  let file: MappedFile
  let start: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  var next: UnsafePointer<UInt8>
  /// The record of a list that is being read, see ``nextRecord(_:)``.
  var listRecord: ListRecord?
  /// Up to here lines are counted; always the beginning of a record, or of the file.
  var mark: TextMark

  struct ListRecord {
    var list: StaticString
    var index: Int
    var start: UnsafePointer<UInt8>
  }

  init(path: String) throws {
    self.path = path
    file = try MappedFile(path)
    guard let base = file.bytes.baseAddress else {
      throw DatasetError(path: path, line: 1, problem: "not JSON: the file is empty")
    }
    start = base.assumingMemoryBound(to: UInt8.self)
    end = start + file.bytes.count
    next = start
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next += 3 }
    mark = TextMark(start: next - start)
  }

  /// How far into the file, in bytes.
  var offset: Int { next - start }

  /// Where the second half of a list of objects seems to begin: at the first `{` behind the middle of the file that
  /// follows a `}` and a comma. In a text, or in nested objects, the same may stand without meaning that.
  func middleObject() -> Int? {
    var previous: UInt8 = 0
    var beforeComma: UInt8 = 0
    var here = start + (end - start) / 2
    while here < end {
      let byte = here.pointee
      if byte == UInt8(ascii: "{"), previous == UInt8(ascii: ","), beforeComma == UInt8(ascii: "}") {
        return here - start
      }
      if byte == UInt8(ascii: ",") { beforeComma = previous }
      if byte > 0x20 { previous = byte }
      here += 1
    }
    return nil
  }

  /// Goes on elsewhere in the file.
  mutating func move(to offset: Int) { next = start + offset }

  /// Lets go of the memory of what was read.
  func discardRead() { file.discard(before: offset) }

  // MARK: Objects and lists

  mutating func beginObject() throws -> Level {
    guard peek() == UInt8(ascii: "{") else { throw failure("expected an object") }
    next += 1
    return Level()
  }

  /// The next key of an object, in front of its value; nil at the object's end.
  mutating func nextKey(_ level: inout Level) throws -> Key? {
    guard try step(&level, closing: UInt8(ascii: "}")) else { return nil }
    guard peek() == UInt8(ascii: "\"") else { throw syntax("expected a key in quotes") }
    let first = next + 1
    try skipString()
    let key = Key(start: first, count: next - 1 - first)
    guard peek() == UInt8(ascii: ":") else { throw syntax("expected ':' after a key") }
    next += 1
    return key
  }

  mutating func beginList() throws -> Level {
    guard peek() == UInt8(ascii: "[") else { throw failure("expected a list") }
    next += 1
    return Level()
  }

  /// Whether the list goes on; then its next item follows.
  mutating func hasNext(_ level: inout Level) throws -> Bool { try step(&level, closing: UInt8(ascii: "]")) }

  private mutating func step(_ level: inout Level, closing: UInt8) throws -> Bool {
    let byte = peek()
    if byte == closing {
      next += 1
      return false
    }
    if level.isFirst {
      level.isFirst = false
      return true
    }
    guard byte == UInt8(ascii: ",") else {
      if byte == 0 { throw syntax("the file ends before its last value does") }
      throw syntax("expected ',' or the end of a list or object")
    }
    next += 1
    return true
  }

  // MARK: Values

  /// The byte at which the next value starts; 0 at the end of the file.
  @inline(__always) mutating func peek() -> UInt8 {
    while next < end {
      let byte = next.pointee
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      next += 1
    }
    return 0
  }

  /// Passes over `null`, if that comes next.
  mutating func skipNull() -> Bool {
    guard peek() == UInt8(ascii: "n"), matches("null") else { return false }
    next += 4
    return true
  }

  mutating func bool() throws -> Bool {
    let byte = peek()
    if byte == UInt8(ascii: "t"), matches("true") {
      next += 4
      return true
    }
    if byte == UInt8(ascii: "f"), matches("false") {
      next += 5
      return false
    }
    throw failure("expected true or false")
  }

  mutating func number() throws -> Double {
    _ = peek()
    let first = next
    guard let (value, after) = JSONNumber.parse(first, end: end) else { throw failure("expected a number") }
    next = after
    return value
  }

  /// A whole number, also one written as 12.0.
  mutating func integer() throws -> Int {
    _ = peek()
    let first = next
    if let (value, after) = JSONNumber.parseInteger(first, end: end) {
      next = after
      return value
    }
    guard let (value, after) = JSONNumber.parse(first, end: end), let whole = Int(exactly: value) else {
      throw failure("expected a whole number")
    }
    next = after
    return whole
  }

  mutating func string() throws -> String {
    guard peek() == UInt8(ascii: "\"") else { throw failure("expected a text") }
    let first = next
    try skipString()
    let body = UnsafeBufferPointer(start: first + 1, count: next - first - 2)
    guard body.contains(UInt8(ascii: "\\")) else {
      guard let text = String(validating: body, as: UTF8.self) else { throw syntax("a text that is not in UTF-8") }
      return text
    }
    guard let text = JSONText.unescaped(UnsafeBufferPointer(start: first, count: next - first)) else {
      throw syntax("a text with an escape that JSON does not know")
    }
    return text
  }

  /// Passes over a value of any kind.
  mutating func skipValue() throws {
    switch peek() {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): guard skipNull() else { throw failure("expected a value") }
    // Python writes these; where nobody asks for the value, they do no harm.
    case UInt8(ascii: "N") where matches("NaN"): next += 3
    case UInt8(ascii: "I") where matches("Infinity"): next += 8
    case UInt8(ascii: "-") where matches("-Infinity"): next += 9
    default: _ = try number()
    }
  }

  /// Makes sure that nothing follows.
  mutating func finish() throws {
    guard peek() == 0, next >= end else { throw syntax("something follows the end of the JSON value") }
  }

  /// Only brackets and texts matter on the way through: what is passed over is not checked further.
  private mutating func skipNested() throws {
    var depth = 0
    while next < end {
      switch next.pointee {
      case UInt8(ascii: "\""):
        try skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      next += 1
      if depth == 0 { return }
    }
    throw syntax("the file ends before its last value does")
  }

  private mutating func skipString() throws {
    next += 1
    while next < end {
      let byte = next.pointee
      next += 1
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\") { next += 1 }
    }
    next = end
    throw syntax("the file ends inside of a text")
  }

  func matches(_ word: StaticString) -> Bool {
    end - next >= word.utf8CodeUnitCount && memcmp(next, word.utf8Start, word.utf8CodeUnitCount) == 0
  }
}
