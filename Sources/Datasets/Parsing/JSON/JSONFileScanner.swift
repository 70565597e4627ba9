import JSONScanning

/// Reads a JSON file by a ``JSONScanner`` and names the place of what is wrong in it: anything that the caller did not
/// expect is a ``DatasetError`` with line, column and place. Where the text is no JSON at all, so that nothing behind it
/// can be read, the error has its ``DatasetError/byteOffset`` too.
struct JSONFileScanner {
  typealias Level = JSONScanner.Level
  typealias Key = JSONScanner.Key

  private let path: String
  /// What ``json`` reads. Whoever has it read names the file behind that, since nothing else keeps the file mapped.
  private let file: MappedFile
  private var json: JSONScanner
  /// The record of a list that is being read, see ``nextRecord(_:)``.
  private var listRecord: ListRecord?
  /// Up to here lines are counted; always the beginning of a record, or of the file.
  private(set) var mark: TextMark

  private struct ListRecord {
    var list: StaticString
    var index: Int
    /// In bytes from the file's beginning.
    var offset: Int
  }

  init(path: String) throws {
    self.path = path
    file = try MappedFile(path)
    guard let json = JSONScanner(file.bytes.bindMemory(to: UInt8.self)) else {
      throw DatasetError(path: path, line: 1, problem: "not JSON: the file is empty")
    }
    self.json = json
    mark = TextMark(start: json.offset)
  }

  /// How far into the file, in bytes.
  var offset: Int { json.offset }

  func middleObject() -> Int? { withExtendedLifetime(file) { json.middleObject() } }

  /// Goes on elsewhere in the file.
  mutating func move(to offset: Int) { json.move(to: offset) }

  /// Lets go of the memory of what was read.
  func discardRead() { file.discard(before: offset) }

  // MARK: Values

  @inline(__always) mutating func peek() -> UInt8 {
    defer { withExtendedLifetime(file) {} }
    return json.peek()
  }

  mutating func skipNull() -> Bool {
    defer { withExtendedLifetime(file) {} }
    return json.skipNull()
  }

  mutating func beginObject() throws -> Level {
    try scan { json throws(JSONError) in try json.beginObject() }
  }

  mutating func nextKey(_ level: inout Level) throws -> Key? {
    try scan { json throws(JSONError) in try json.nextKey(&level) }
  }

  mutating func beginList() throws -> Level {
    try scan { json throws(JSONError) in try json.beginList() }
  }

  mutating func hasNext(_ level: inout Level) throws -> Bool {
    try scan { json throws(JSONError) in try json.hasNext(&level) }
  }

  mutating func bool() throws -> Bool { try scan { json throws(JSONError) in try json.bool() } }
  mutating func number() throws -> Double { try scan { json throws(JSONError) in try json.number() } }
  mutating func integer() throws -> Int { try scan { json throws(JSONError) in try json.integer() } }
  mutating func string() throws -> String { try scan { json throws(JSONError) in try json.string() } }
  mutating func skipValue() throws { try scan { json throws(JSONError) in try json.skipValue() } }
  mutating func finish() throws { try scan { json throws(JSONError) in try json.finish() } }

  /// All items of a list.
  mutating func list<Item>(_ item: (inout JSONFileScanner) throws -> Item) throws -> [Item] {
    var items: [Item] = []
    var level = try beginList()
    while try hasNext(&level) { items.append(try item(&self)) }
    return items
  }

  @inline(__always)
  private mutating func scan<Value>(_ body: (inout JSONScanner) throws(JSONError) -> Value) throws -> Value {
    defer { withExtendedLifetime(file) {} }
    do throws(JSONError) {
      return try body(&json)
    } catch {
      switch error {
      case .expected: throw failure("\(error)")
      case .malformed: throw syntax("\(error)")
      }
    }
  }
}

/// Lists of records, each of which may be wrong by itself.
extension JSONFileScanner {
  /// Begins the list of a key whose records are told apart in messages: `annotations[3].bbox`.
  mutating func beginRecords(_ list: StaticString) throws -> Level {
    let level = try beginList()
    listRecord = ListRecord(list: list, index: -1, offset: offset)
    return level
  }

  /// Whether the list of records goes on; then its next one follows.
  mutating func nextRecord(_ level: inout Level) throws -> Bool {
    discardRead()
    guard try hasNext(&level) else {
      listRecord = nil
      return false
    }
    _ = peek()
    let beginning = offset
    listRecord?.index += 1
    listRecord?.offset = beginning
    return true
  }

  /// How far into the file the record that is being read begins.
  var recordOffset: Int { listRecord?.offset ?? 0 }

  /// Goes on behind a record of which a value is wrong.
  ///
  /// - Throws: ``DatasetError`` where it is no JSON either.
  mutating func skipRecord() throws {
    move(to: recordOffset)
    markRecord()
    guard peek() == UInt8(ascii: "{") else { return try skipValue() }
    var level = try beginObject()
    while try nextKey(&level) != nil { try skipValue() }
  }

  /// Counts lines up to the record, so that naming places in it does not read the file from the beginning.
  mutating func markRecord() {
    defer { withExtendedLifetime(file) {} }
    mark.advance(to: recordOffset, in: json.bytes)
  }

  /// What a record lacks.
  func recordFailure(_ problem: String) -> DatasetError {
    var beginning = self
    beginning.move(to: recordOffset)
    return beginning.failure(problem, joinedBy: " ")
  }
}

/// The places of what is wrong.
extension JSONFileScanner {
  /// A value that is JSON but not what belongs here.
  func failure(_ expected: String, joinedBy joint: String = ": ") -> DatasetError {
    defer { withExtendedLifetime(file) {} }
    var here = self
    guard here.peek() != 0 else { return syntax("the file ends before its last value does") }
    for word in ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"] as [StaticString] where here.json.matches(word) {
      return here.error("\(place()): \(word) is not JSON; expected a finite number")
    }
    switch here.peek() {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return here.error("\(place())\(joint)\(expected)")
    default: return here.syntax("expected a value at \(place())")
    }
  }

  private func syntax(_ problem: String) -> DatasetError {
    var error = error("not JSON: \(problem)")
    error.byteOffset = min(offset, json.bytes.count)
    return error
  }

  private func error(_ problem: String) -> DatasetError {
    defer { withExtendedLifetime(file) {} }
    let end = min(offset, json.bytes.count)
    var place = end >= mark.offset ? mark : TextMark()
    place.advance(to: end, in: json.bytes)
    return DatasetError(path: path, line: place.line, column: place.column, problem: problem)
  }

  /// Where the next value stands, as in `annotations[3].bbox`: found by reading the record, or the file, again up to
  /// there.
  private func place() -> String {
    defer { withExtendedLifetime(file) {} }
    let end = min(offset, json.bytes.count)
    guard let record = listRecord, record.offset <= end else {
      return JSONPlace.describe(UnsafeBufferPointer(rebasing: json.bytes[..<end]))
    }
    return JSONPlace.describe(
      UnsafeBufferPointer(rebasing: json.bytes[record.offset..<end]), from: "\(record.list)[\(record.index)]")
  }
}
