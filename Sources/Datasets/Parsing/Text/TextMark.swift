/// A place in a text, found by counting lines and characters on from an earlier one.
///
/// Readers of large files keep the last place that they named and count from there, so that naming many places reads
/// the file once.
struct TextMark {
  /// In bytes, from 0.
  private(set) var offset = 0
  private(set) var line = 1
  /// In characters, from 1.
  private(set) var column = 1

  /// - Parameter start: The bytes before it, those of a byte order mark, are no characters.
  init(start: Int = 0) { offset = start }

  /// - Precondition: `end` is no less than ``offset``, and the text is in UTF-8.
  mutating func advance(to end: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    precondition(end >= offset && end <= bytes.count, "a place further on in the text")
    for byte in bytes[offset..<end] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    offset = end
  }
}
