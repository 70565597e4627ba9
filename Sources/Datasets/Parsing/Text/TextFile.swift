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
    lines = TextFile.split(text).enumerated().map { Line(number: $0.offset + 1, text: $0.element) }
  }

  /// At line feeds, carriage returns and pairs of them. Over bytes: a pattern took most of the time of reading labels.
  private static func split(_ text: String) -> [Substring] {
    let bytes = text.utf8
    var lines: [Substring] = []
    var start = bytes.startIndex
    var place = start
    while place < bytes.endIndex {
      let byte = bytes[place]
      let next = bytes.index(after: place)
      guard byte == 0x0A || byte == 0x0D else {
        place = next
        continue
      }
      lines.append(text[start..<place])
      place = byte == 0x0D && next < bytes.endIndex && bytes[next] == 0x0A ? bytes.index(after: next) : next
      start = place
    }
    lines.append(text[start...])
    return lines
  }
}
