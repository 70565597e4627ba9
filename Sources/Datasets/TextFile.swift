import Foundation

/// A text file as numbered lines.
struct TextFile {
  struct Line {
    /// From 1.
    let number: Int
    let text: Substring
    /// What stands between white space.
    var fields: [Substring] { text.split(whereSeparator: \.isWhitespace) }
  }

  let path: String
  let lines: [Line]

  /// - Throws: ``DatasetError`` where the file cannot be read or is not UTF-8 text.
  init(path: String) throws {
    var data = try FilePath.contents(path)
    if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DatasetError(path: path, problem: "not a text file in UTF-8")
    }
    self.path = path
    lines = text.split(separator: /\r\n|\n|\r/, omittingEmptySubsequences: false).enumerated()
      .map { Line(number: $0.offset + 1, text: $0.element) }
  }
}
