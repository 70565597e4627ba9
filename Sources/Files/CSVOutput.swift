/// A table as text for spreadsheets: fields separated by commas, a line feed behind every row (RFC 4180).
///
/// A field with a comma, a quote or a line break, or with a space at its beginning or end, stands in quotes.
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

  private static func field(_ text: String) -> String {
    let needsQuotes =
      text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } || text.first == " " || text.last == " "
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
