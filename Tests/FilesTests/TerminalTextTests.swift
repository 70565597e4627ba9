import Files
import Testing

@Suite struct TerminalTextTests {
  @Test(
    arguments: [
      ("", ""), ("a b", "a b"), ("ä’日本 👩‍👩‍👧", "ä’日本 👩‍👩‍👧"), ("\u{1B}[31mred", "\\u{1B}[31mred"), ("a\rb", "a\\u{0D}b"),
      ("a\r\nb", "a\\u{0D}\\u{0A}b"), ("\u{0}\u{7F}", "\\u{00}\\u{7F}"), ("\u{9B}2J", "\\u{9B}2J"),
      ("\u{202E}gpj", "\\u{202E}gpj"),
    ])
  func controlCharactersAreEscaped(text: String, shown: String) {
    #expect(TerminalText.escaped(text) == shown)
  }

  @Test func linesCanBeKept() {
    #expect(TerminalText.escaped("a\n\tb\r\n\u{7}", keepingLines: true) == "a\n\tb\\u{0D}\n\\u{07}")
  }
}
