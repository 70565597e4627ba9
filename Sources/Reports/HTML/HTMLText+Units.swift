import Foundation

extension HTMLText {
  /// Three digits that count, or all before the point.
  static func milliseconds(_ value: Double) -> String { significant(value) }

  static func significant(_ value: Double) -> String {
    let size = abs(value)
    return grouped(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
  }

  /// With commas between thousands.
  static func grouped(_ value: Double, _ digits: Int) -> String {
    let text = fixed(value, digits)
    let whole = text.prefix { $0 != "." }
    let figures = whole.drop { $0 == "−" }
    var result = ""
    for (index, digit) in figures.enumerated() {
      if index > 0 && (figures.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (whole.hasPrefix("−") ? "−" : "") + result + text.dropFirst(whole.count)
  }

  static func grouped(_ value: Int) -> String { grouped(Double(value), 0) }

  /// Decimal units.
  static func bytes(_ count: Int) -> String {
    let value = Double(count)
    if value >= 999.5e6 { return "\(significant(value / 1e9)) GB" }
    if value >= 999.5e3 { return "\(significant(value / 1e6)) MB" }
    return value >= 1000 ? "\(significant(value / 1e3)) kB" : "\(count) bytes"
  }

  /// A difference of fractions in percentage points.
  static func points(_ difference: Double) -> String {
    let text = fixed(100 * difference, 1)
    return "\(text) \(text == "1.0" ? "point" : "points")"
  }

  /// With a capital at the beginning and a full stop at the end.
  static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }

  /// With the middle left out where it is longer.
  static func shortened(_ text: String, to length: Int) -> String {
    if text.count <= length { return text }
    let head = (length - 1) / 2
    return "\(text.prefix(head))…\(text.suffix(length - 1 - head))"
  }
}
