extension JSONScanner {
  /// Passes over `null`, if that comes next.
  public mutating func skipNull() -> Bool {
    guard peek() == UInt8(ascii: "n"), matches("null") else { return false }
    next += 4
    return true
  }

  public mutating func bool() throws(JSONError) -> Bool {
    let byte = peek()
    if byte == UInt8(ascii: "t"), matches("true") {
      next += 4
      return true
    }
    if byte == UInt8(ascii: "f"), matches("false") {
      next += 5
      return false
    }
    throw .expected(.bool)
  }

  public mutating func number() throws(JSONError) -> Double {
    _ = peek()
    guard let (value, after) = JSONNumber.parse(next, end: end) else { throw .expected(.number) }
    next = after
    return value
  }

  /// A whole number, also one written as 12.0.
  public mutating func integer() throws(JSONError) -> Int {
    _ = peek()
    if let (value, after) = JSONNumber.parseInteger(next, end: end) {
      next = after
      return value
    }
    guard let (value, after) = JSONNumber.parse(next, end: end), let whole = Int(exactly: value) else {
      throw .expected(.wholeNumber)
    }
    next = after
    return whole
  }

  /// A whole number from 0 up, written as digits alone, without zeros before it.
  public mutating func naturalNumber() throws(JSONError) -> Int {
    _ = peek()
    return try JSONNumber.readNatural(&next, end: end)
  }

  /// A text. One without escapes may hold line ends and other control characters, as many programs write them.
  public mutating func string() throws(JSONError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw .expected(.text) }
    let first = next
    try skipString()
    let body = UnsafeBufferPointer(start: first + 1, count: next - first - 2)
    guard body.contains(UInt8(ascii: "\\")) else {
      guard let text = String(validating: body, as: UTF8.self) else { throw .malformed(.textNotUTF8) }
      return text
    }
    guard let text = JSONText.unescaped(UnsafeBufferPointer(start: first, count: next - first)) else {
      throw .malformed(.unknownEscape)
    }
    return text
  }

  /// A text as RFC 8259 has it, without control characters; what is wrong in it is told apart, and where.
  public mutating func strictString() throws(JSONError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw .expected(.text) }
    next += 1
    return try JSONText.read(&next, end: end)
  }

  /// Passes over a value of any kind.
  public mutating func skipValue() throws(JSONError) {
    switch peek() {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): guard skipNull() else { throw .expected(.value) }
    // Python writes these; where nobody asks for the value, they do no harm.
    case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-"): if nonFiniteNumber() == nil { _ = try number() }
    default: _ = try number()
    }
  }

  /// What Python writes where JSON has no number, `NaN`, `Infinity` or `-Infinity`; nil where none of them comes next.
  public mutating func nonFiniteNumber() -> Double? {
    switch peek() {
    case UInt8(ascii: "N") where matches("NaN"):
      next += 3
      return .nan
    case UInt8(ascii: "I") where matches("Infinity"):
      next += 8
      return .infinity
    case UInt8(ascii: "-") where matches("-Infinity"):
      next += 9
      return -.infinity
    default: return nil
    }
  }

  /// Only brackets and texts matter on the way through: what is passed over is not checked further.
  private mutating func skipNested() throws(JSONError) {
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
    throw .malformed(.endOfFile)
  }

  @inlinable mutating func skipString() throws(JSONError) {
    next += 1
    while next < end {
      let byte = next.pointee
      next += 1
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\") { next += 1 }
    }
    next = end
    throw .malformed(.endInText)
  }
}
