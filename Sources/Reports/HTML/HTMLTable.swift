/// A table with a caption, in a box of its own that scrolls where the page is narrower.
struct HTMLTable {
  var caption: String
  var columns: [String]
  /// From this column on headings stand to the right, as numbers do.
  var firstNumber = 1
  /// Classes of the style sheet.
  var kind = ""
  /// Each from `<tr>` to `</tr>`.
  var rows: [String]

  var html: String {
    let name = HTMLText.escaped(caption)
    let classes = kind.isEmpty ? "" : " class=\"\(kind)\""
    return "<div class=\"scroll\" role=\"region\" aria-label=\"\(name)\" tabindex=\"0\"><table\(classes)>"
      + "<caption>\(name)</caption>\(HTMLText.headerRow(columns, firstNumber: firstNumber))"
      + "<tbody>\(rows.joined())</tbody></table></div>"
  }

  /// - Parameters:
  ///   - heading: as HTML.
  ///   - cells: as HTML, each from `<td` to `</td>`.
  static func row(_ heading: String, _ cells: [String]) -> String {
    "<tr><th scope=\"row\">\(heading)</th>\(cells.joined())</tr>"
  }

  static func row(_ heading: String, numbers: [String]) -> String { row(heading, numbers.map(HTMLText.numberCell)) }
}
