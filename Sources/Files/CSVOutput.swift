/// A table as text for spreadsheets: fields separated by commas, a line feed behind every row (RFC 4180).
///
/// A field with a comma, a quote or a line break, or with a space at its beginning or end, stands in quotes. Before text
/// that a spreadsheet would take for a formula, since it begins with `=`, `+`, `-`, `@`, a tab or a carriage return and
/// is no number, stands an apostrophe.
public struct CSVOutput: Sendable, Hashable {
  /// All rows so far.
  public private(set) var text: String

  /// A table of one row, the names of the columns.
  public init(header: [String]) {
    text = Self.line(header) + "\n"
  }

  /// Adds a row.
  public mutating func append(_ fields: [String]) {
    text += Self.line(fields)
    text += "\n"
  }

  /// A row, without the line feed behind it.
  public static func line(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",")
  }

  /// A figure with all its digits; empty for one that does not exist.
  public static func figure(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A whole number; empty for one that does not exist.
  public static func figure(_ value: Int?) -> String { value.map(String.init) ?? "" }

  /// Text that a spreadsheet would take for a formula, with an apostrophe before it, as spreadsheets themselves have it;
  /// any other text, and a number, as it is.
  ///
  /// Text of that form that has apostrophes already gets another one, so that ``withoutApostrophe(_:)`` gives back every text.
  static func harmless(_ text: String) -> String {
    looksLikeFormula(text) && Double(text) == nil ? "'" + text : text
  }

  /// A field as it was before it was written: the counterpart of what ``line(_:)`` does to text that looks like a formula.
  public static func withoutApostrophe(_ field: String) -> String {
    guard field.utf8.first == apostrophe, looksLikeFormula(field) else { return field }
    return String(field.dropFirst())
  }

  private static let apostrophe = UInt8(ascii: "'")

  /// Behind any apostrophes.
  private static func looksLikeFormula(_ text: String) -> Bool {
    guard let first = text.utf8.first(where: { $0 != apostrophe }) else { return false }
    return "=+-@\t\r".utf8.contains(first)
  }

  private static func field(_ value: String) -> String {
    let text = harmless(value)
    let needsQuotes =
      text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } || text.first == " " || text.last == " "
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
