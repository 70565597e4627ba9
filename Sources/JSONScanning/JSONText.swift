/// Texts as JSON writes them (RFC 8259, section 7).
public enum JSONText {
  /// A text in its quotes, with its escapes resolved; nil for one that is not JSON.
  public static func unescaped(_ quoted: UnsafeBufferPointer<UInt8>) -> String? {
    guard let start = quoted.baseAddress, quoted.first == UInt8(ascii: "\"") else { return nil }
    let end = start + quoted.count
    var next = start + 1
    guard let text = try? read(&next, end: end), next == end else { return nil }
    return text
  }

  /// Reads on from behind the opening quote to behind the closing one; where that fails, `next` is the place.
  static func read(
    _ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws(JSONError) -> String {
    var content: [UInt8] = []
    while next < end {
      let byte = next.pointee
      next += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw .malformed(.textNotUTF8) }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape(&next, end: end))
      case 0..<0x20: throw .malformed(.controlCharacter)
      default: content.append(byte)
      }
    }
    throw .malformed(.endInText)
  }

  /// The bytes of one escape sequence, the backslash already read.
  private static func escape(
    _ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws(JSONError) -> [UInt8] {
    guard next < end else { throw .malformed(.endInText) }
    let byte = next.pointee
    next += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimalUnit(&next, end: end)
      if (0xD800..<0xDC00).contains(code), end - next > 1, next[0] == UInt8(ascii: "\\"), next[1] == UInt8(ascii: "u") {
        next += 2
        let low = try hexadecimalUnit(&next, end: end)
        guard (0xDC00..<0xE000).contains(low) else { throw .malformed(.halfSurrogatePair) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .malformed(.halfSurrogatePair) }
      return Array(String(Character(scalar)).utf8)
    default: throw .malformed(.unknownEscape)
    }
  }

  private static func hexadecimalUnit(
    _ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws(JSONError) -> UInt32 {
    guard end - next >= 4 else { throw .malformed(.endInText) }
    var value: UInt32 = 0
    for index in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next[index])).hexDigitValue else { throw .malformed(.notHexadecimal) }
      value = value << 4 | UInt32(digit)
    }
    next += 4
    return value
  }
}
