/// Text from files, such as names, made fit to be shown on a terminal, where control characters would do things:
/// colour, move the cursor, write over other lines, set the title.
public enum TerminalText {
  /// Every control character as `\u{1B}`: those of ASCII and Latin-1, and those that turn the direction of writing.
  ///
  /// - Parameter keepingLines: Leaves line feeds and tabs as they are, for a text of several lines.
  public static func escaped(_ text: String, keepingLines: Bool = false) -> String {
    // Nearly every text.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A && keepingLines }) { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar), !(keepingLines && (scalar == "\n" || scalar == "\t")) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "\\u{" + (digits.count < 2 ? "0" : "") + digits + "}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
