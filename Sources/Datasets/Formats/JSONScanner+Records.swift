/// Lists of records, each of which may be wrong by itself, and the places of what is wrong.
extension JSONScanner {
  /// Begins the list of a key whose records are told apart in messages: `annotations[3].bbox`.
  mutating func beginRecords(_ list: StaticString) throws -> Level {
    let level = try beginList()
    listRecord = ListRecord(list: list, index: -1, start: next)
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
    listRecord?.index += 1
    listRecord?.start = next
    return true
  }

  /// How far into the file the record that is being read begins.
  var recordOffset: Int { (listRecord?.start ?? start) - start }

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
  mutating func markRecord() { mark.advance(to: recordOffset, in: bytes) }

  /// What a record lacks.
  func recordFailure(_ problem: String) -> DatasetError {
    var beginning = self
    beginning.move(to: recordOffset)
    return beginning.failure(problem, joinedBy: " ")
  }

  private var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: file.bytes.count) }
}

extension JSONScanner {
  /// A value that is JSON but not what belongs here.
  func failure(_ expected: String, joinedBy joint: String = ": ") -> DatasetError {
    var here = self
    guard here.peek() != 0 else { return syntax("the file ends before its last value does") }
    for word in ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"] as [StaticString] where here.matches(word) {
      return here.error("\(place()): \(word) is not JSON; expected a finite number")
    }
    switch here.peek() {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return here.error("\(place())\(joint)\(expected)")
    default: return here.syntax("expected a value at \(place())")
    }
  }

  func syntax(_ problem: String) -> DatasetError {
    var error = error("not JSON: \(problem)")
    error.byteOffset = min(offset, file.bytes.count)
    return error
  }

  private func error(_ problem: String) -> DatasetError {
    let end = min(offset, file.bytes.count)
    var place = end >= mark.offset ? mark : TextMark()
    place.advance(to: end, in: bytes)
    return DatasetError(path: path, line: place.line, column: place.column, problem: problem)
  }

  /// Where the next value stands, as in `annotations[3].bbox`: found by reading the record, or the file, again up to
  /// there.
  func place() -> String {
    let end = start + min(offset, file.bytes.count)
    guard let record = listRecord, record.start <= end else {
      return JSONPlace.describe(UnsafeBufferPointer(start: start, count: end - start))
    }
    return JSONPlace.describe(
      UnsafeBufferPointer(start: record.start, count: end - record.start), from: "\(record.list)[\(record.index)]")
  }
}
