import Files
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

  /// No label line and no path is longer; a file without line ends would be taken apart for half a minute.
  static let longestLine = InputLimits.lineBytes

  let path: String
  let lines: [Line]

  /// - Throws: ``DatasetError`` where the file cannot be read, is not UTF-8 text, or has a line that is none of a label.
  init(path: String) throws {
    var data = try FilePath.contents(path)
    try TextFile.checkLines(of: data, path: path)
    if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DatasetError(path: path, problem: "not a text file in UTF-8")
    }
    self.path = path
    lines = TextFile.split(text).enumerated().map { Line(number: $0.offset + 1, text: $0.element) }
  }

  /// Before anything is made of the bytes, since that takes the time and the memory.
  private static func checkLines(of data: Data, path: String) throws(DatasetError) {
    guard data.count > longestLine else { return }
    let long: Int? = data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      var (number, start) = (1, 0)
      while bytes.count - start > longestLine {
        // The last line end within the longest line that may begin here.
        guard let end = (start...start + longestLine).last(where: { bytes[$0] == 0x0A || bytes[$0] == 0x0D }) else {
          return number
        }
        number += bytes[start...end].count { $0 == 0x0A }
        start = end + 1
      }
      return nil
    }
    if let long {
      throw DatasetError(path: path, line: long, problem: "longer than \(longestLine) bytes; expected lines of labels")
    }
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
