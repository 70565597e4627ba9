/// A CSV file whose first line names its columns.
struct CSVTable {
  struct Row {
    let path: String
    let line: Int
    fileprivate let columns: [String: Int]
    fileprivate let fields: [String]

    /// A field without white space at its ends; nil where the file has no such column or the field is empty.
    func text(_ column: String) -> String? {
      guard let place = columns[column] else { return nil }
      let text = fields[place]
      guard let first = text.utf8.first, let last = text.utf8.last else { return nil }
      // Nearly every field: looking for white space of all tongues takes longer than reading the line.
      if (0x21..<0x80).contains(first), (0x21..<0x80).contains(last) { return text }
      let trimmed = text.trimmed
      return trimmed.isEmpty ? nil : trimmed
    }

    /// - Parameter decimalComma: Whether `0,5` is read as 0.5, as spreadsheets of half the world write it.
    func number(_ column: String, decimalComma: Bool = false) throws -> Double {
      guard let text = text(column) else { throw failure("has no '\(column)'; expected a number") }
      let plain = decimalComma && !text.contains(".") ? text.replacing(",", with: ".") : text
      guard let number = Double(plain) else { throw failure("\(column) is '\(text)'; expected a number") }
      return number
    }

    /// A column of 0 and 1; empty and -1 mean that nobody knows.
    func flag(_ column: String) throws -> Bool? {
      switch text(column) {
      case nil, "-1": return nil
      case "0": return false
      case "1": return true
      case let other?: throw failure("\(column) is '\(other)'; expected 0 or 1")
      }
    }

    func failure(_ problem: String) -> DatasetError { DatasetError(path: path, line: line, problem: problem) }
  }

  let path: String
  let columns: [String]
  let rows: [Row]

  /// - Throws: ``DatasetError`` where one of the columns is missing, stands twice, or a line has another number of fields.
  init(path: String, requiring required: [String]) throws {
    var strict = DatasetAudit()
    try self.init(path: path, requiring: required, audit: &strict)
  }

  /// The same; in an audit a line with another number of fields is left out.
  init(path: String, requiring required: [String], audit: inout DatasetAudit) throws {
    let file = try CSVFile(path: path)
    guard let header = file.rows.first else {
      throw DatasetError(
        path: path, problem: "is empty; expected a line with the columns \(required.joined(separator: ","))")
    }
    columns = header.fields.map(\.trimmed)
    var places: [String: Int] = [:]
    for (place, name) in columns.enumerated() where !name.isEmpty {
      guard places.updateValue(place, forKey: name) == nil else {
        throw DatasetError(
          path: path, line: header.line, problem: "the column '\(name)' stands twice; expected it once")
      }
    }
    let missing = required.filter { places[$0] == nil }
    guard missing.isEmpty else {
      throw DatasetError(
        path: path, line: header.line,
        problem: "has no column \(missing.joined(separator: ", ")); expected \(required.joined(separator: ","))")
    }
    self.path = path
    rows = try file.rows.dropFirst().compactMap { row in
      try audit.tolerating { _ in
        guard row.fields.count == header.fields.count else {
          throw DatasetError(
            path: path, line: row.line,
            problem: "\(row.fields.count) fields; expected \(header.fields.count), as many as the first line")
        }
        return Row(path: path, line: row.line, columns: places, fields: row.fields)
      }
    }
  }
}
