/// A small built-in font of fixed width for ASCII 32 to 126; any other character shows as a box.
///
/// A glyph is 5 × 9 dots, two rows of them below the baseline, in a cell of 6 × 10.
public enum BitmapFont {
  public static let glyphWidth = 5
  public static let glyphHeight = 9
  /// Dots from one character to the next.
  public static let advance = 6
  /// Dots from one line to the next.
  public static let lineHeight = 10

  /// The pixels that a line of text takes at an integer scale. The width of no text is 0.
  public static func size(of text: String, scale: Int = 1) -> ImageSize {
    let count = text.count
    return ImageSize(width: max(0, count * advance - 1) * scale, height: glyphHeight * scale)
  }

  /// The dots of a character: nine rows from the top, the leftmost dot in bit 4.
  static func rows(of character: Character) -> ArraySlice<UInt8> {
    let printable: ClosedRange<UInt8> = 32...126
    guard let code = character.asciiValue, printable.contains(code) else { return box[...] }
    let first = Int(code - 32) * glyphHeight
    return glyphs[first..<first + glyphHeight]
  }

  private static let box: [UInt8] = [0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F, 0, 0]
}
