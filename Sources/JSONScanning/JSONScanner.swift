public import Glibc

/// Reads JSON from front to back, value by value, and keeps nothing: for files with millions of records. The caller asks
/// for the values that it expects; anything else is a ``JSONError``, and the scanner stays where that stands.
///
/// The bytes belong to the caller, who keeps them as long as the scanner.
///
/// What the loops over records call is inlinable: it is most of the time of reading a large file.
public struct JSONScanner {
  /// Inside of an object or a list.
  public struct Level {
    @usableFromInline var isFirst = true

    @usableFromInline init() {}
  }

  /// A key as its bytes stand in the file; one written with escapes equals none.
  public struct Key {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    @usableFromInline init(start: UnsafePointer<UInt8>, count: Int) {
      self.start = start
      self.count = count
    }

    @inlinable public static func == (key: Key, name: StaticString) -> Bool {
      key.count == name.utf8CodeUnitCount && memcmp(key.start, name.utf8Start, key.count) == 0
    }

    /// With its escapes resolved.
    public var text: String { JSONText.unescaped(UnsafeBufferPointer(start: start - 1, count: count + 2)) ?? "" }
  }

  public let start: UnsafePointer<UInt8>
  @usableFromInline let end: UnsafePointer<UInt8>
  @usableFromInline var next: UnsafePointer<UInt8>

  /// At the beginning of a text, behind its byte order mark if it has one; nil where there is no byte at all.
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
    start = base
    end = base + bytes.count
    next = base
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next += 3 }
  }

  /// How far into the text, in bytes.
  @inlinable public var offset: Int { next - start }

  /// All of the text.
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: end - start) }

  /// Goes on elsewhere in the text.
  public mutating func move(to offset: Int) { next = start + offset }

  /// Where the second half of a list of objects seems to begin: at the first `{` behind the middle of the text that
  /// follows a `}` and a comma. In a string, or in nested objects, the same may stand without meaning that.
  public func middleObject() -> Int? {
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

  /// The byte at which the next value starts; 0 at the end of the text.
  @inlinable @inline(__always) public mutating func peek() -> UInt8 {
    while next < end {
      let byte = next.pointee
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      next += 1
    }
    return 0
  }

  /// Whether a word stands at exactly this place.
  public func matches(_ word: StaticString) -> Bool {
    end - next >= word.utf8CodeUnitCount && memcmp(next, word.utf8Start, word.utf8CodeUnitCount) == 0
  }

  /// Makes sure that nothing follows.
  public mutating func finish() throws(JSONError) {
    guard peek() == 0, next >= end else { throw .malformed(.moreThanOneValue) }
  }
}

// MARK: Objects and lists

extension JSONScanner {
  @inlinable public mutating func beginObject() throws(JSONError) -> Level {
    guard peek() == UInt8(ascii: "{") else { throw .expected(.object) }
    next += 1
    return Level()
  }

  /// The next key of an object, in front of its value; nil at the object's end.
  @inlinable public mutating func nextKey(_ level: inout Level) throws(JSONError) -> Key? {
    guard try hasMember(&level) else { return nil }
    guard peek() == UInt8(ascii: "\"") else { throw .malformed(.keyWithoutQuotes) }
    let first = next + 1
    try skipString()
    let key = Key(start: first, count: next - 1 - first)
    try colon()
    return key
  }

  /// Whether the object goes on; then a key, a colon and a value follow. For callers that read keys by
  /// ``strictString()``; others ask for ``nextKey(_:)``.
  @inlinable public mutating func hasMember(_ level: inout Level) throws(JSONError) -> Bool {
    try step(&level, closing: UInt8(ascii: "}"))
  }

  @inlinable public mutating func colon() throws(JSONError) {
    guard peek() == UInt8(ascii: ":") else { throw .malformed(.keyWithoutColon) }
    next += 1
  }

  @inlinable public mutating func beginList() throws(JSONError) -> Level {
    guard peek() == UInt8(ascii: "[") else { throw .expected(.list) }
    next += 1
    return Level()
  }

  /// Whether the list goes on; then its next item follows.
  @inlinable public mutating func hasNext(_ level: inout Level) throws(JSONError) -> Bool {
    try step(&level, closing: UInt8(ascii: "]"))
  }

  @inlinable @inline(__always)
  mutating func step(_ level: inout Level, closing: UInt8) throws(JSONError) -> Bool {
    let byte = peek()
    if byte == closing {
      next += 1
      return false
    }
    if level.isFirst {
      level.isFirst = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw .malformed(byte == 0 ? .endOfFile : .valueWithoutComma) }
    next += 1
    return true
  }
}
