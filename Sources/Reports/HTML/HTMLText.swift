import Foundation

/// Text and figures as they stand in an HTML page.
enum HTMLText {
  /// What means something in HTML is written out, quotes included.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// A fraction in per cent with one digit after the point; a dash for nil.
  static func percent(_ value: Double?) -> String { value.map { fixed(100 * $0, 1) } ?? "–" }

  /// With a fixed number of digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// A length in an SVG picture, to a tenth.
  static func length(_ value: Double) -> String { String(format: "%.1f", value) }

  /// A count with its noun.
  static func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }

  /// A cell with a bar that fills a share of it.
  static func barCell(_ share: Double, kind: String = "a") -> String {
    "<td class=\"bar\"><i class=\"\(kind)\" style=\"width:\(length(100 * min(max(share, 0), 1)))%\"></i></td>"
  }

  static func numberCell(_ text: String) -> String { "<td class=\"n\">\(text)</td>" }

  /// - Parameter firstNumber: from this column on headings stand to the right, as numbers do.
  static func headerRow(_ cells: [String], firstNumber: Int) -> String {
    let row = cells.enumerated().map {
      "<th scope=\"col\"\($0 < firstNumber ? "" : " class=\"n\"")>\(escaped($1))</th>"
    }.joined()
    return "<thead><tr>\(row)</tr></thead>"
  }

  /// A name that reads from below, for the columns of a matrix.
  static func upright(_ name: String, height: Int) -> String {
    "<svg width=\"18\" height=\"\(height)\" viewBox=\"0 0 18 \(height)\" font-size=\"12\">"
      + "<text transform=\"translate(13 \(height - 3)) rotate(-90)\">\(escaped(name))</text></svg>"
  }
}
