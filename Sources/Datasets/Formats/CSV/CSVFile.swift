import Files

/// A file of comma-separated values (RFC 4180): fields in double quotes may hold commas, line ends and `""` for a quote,
/// and an apostrophe before what would be a formula does not count.
struct CSVFile {
  struct Row {
    /// Of its first field, from 1.
    let line: Int
    let fields: [String]
  }

  let path: String
  /// Without empty lines.
  let rows: [Row]

  /// - Throws: ``DatasetError`` where the file cannot be read, is not UTF-8 text, or a quote has no end.
  init(path: String) throws {
    self.path = path
    var scanner = CSVScanner(path: path, bytes: [UInt8](try FilePath.contents(path)))
    rows = try scanner.rows()
  }
}

/// Walks over the bytes of a CSV file.
private struct CSVScanner {
  let path: String
  let bytes: [UInt8]
  var position = 0
  var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func rows() throws -> [CSVFile.Row] {
    var rows: [CSVFile.Row] = []
    while position < bytes.count {
      let first = line
      let start = position
      try checkLength()
      var fields = [try field()]
      while position < bytes.count, bytes[position] == Self.comma {
        guard position - start <= TextFile.longestLine else {
          throw DatasetError(path: path, line: first, problem: "longer than \(TextFile.longestLine) bytes")
        }
        position += 1
        fields.append(try field())
      }
      endLine()
      if fields != [""] { rows.append(CSVFile.Row(line: first, fields: fields)) }
    }
    return rows
  }

  /// Before a line is taken apart, which takes longer. One that holds line ends in quotes may be found too long later.
  private func checkLength() throws {
    guard bytes.count - position > TextFile.longestLine else { return }
    let beginning = bytes[position...position + TextFile.longestLine]
    guard !beginning.contains(where: { $0 == Self.lineFeed || $0 == Self.carriageReturn }) else { return }
    throw DatasetError(path: path, line: line, problem: "longer than \(TextFile.longestLine) bytes")
  }

  /// Moves behind a line end, in any of its three forms.
  private mutating func endLine() {
    guard position < bytes.count else { return }
    let isPair =
      bytes[position] == Self.carriageReturn && position + 1 < bytes.count && bytes[position + 1] == Self.lineFeed
    position += isPair ? 2 : 1
    line += 1
  }

  private mutating func field() throws -> String {
    if position < bytes.count, bytes[position] == Self.quote { return try quoted() }
    let start = position
    while position < bytes.count, !endsField(bytes[position]) { position += 1 }
    return try text(bytes[start..<position])
  }

  private func endsField(_ byte: UInt8) -> Bool {
    byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  private mutating func quoted() throws -> String {
    let first = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.lineFeed { line += 1 }
      guard byte == Self.quote else {
        content.append(byte)
        continue
      }
      if position < bytes.count, bytes[position] == Self.quote {
        content.append(byte)
        position += 1
        continue
      }
      guard position == bytes.count || endsField(bytes[position]) else {
        throw DatasetError(
          path: path, line: line, problem: "text after a closing quote; expected a comma or the line's end")
      }
      return try text(content[...])
    }
    throw DatasetError(path: path, line: first, problem: "a quoted field has no end; expected '\"'")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DatasetError(path: path, line: line, problem: "not text in UTF-8")
    }
    return CSVOutput.withoutApostrophe(text)
  }
}

extension CSVFile {
  /// The names in the first line of a file, without reading more than its beginning.
  static func header(of path: String) throws -> [String] {
    let start = try FilePath.beginning(of: path, count: 1 << 16)
    let end = start.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? start.endIndex
    var scanner = CSVScanner(path: path, bytes: [UInt8](start[..<end]))
    return try scanner.rows().first?.fields.map(\.trimmed) ?? []
  }
}
