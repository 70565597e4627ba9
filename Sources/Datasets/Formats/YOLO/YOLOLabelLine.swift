/// A line of a YOLO label file: a class, and numbers that are fractions of the image's size.
struct YOLOLabelLine {
  /// From 1.
  let number: Int
  /// As written: an index, or a name, which may have blanks in it.
  let className: String
  let numbers: [Double]

  /// - Parameter names: Of the classes, where they are known: one may hold numbers, as `player 7` does.
  /// - Returns: Nil where the line is empty or a comment.
  /// - Throws: ``DatasetError`` naming the line, for what is no number or no fraction.
  init?(_ line: TextFile.Line, names: Set<String>, path: String) throws {
    func failure(_ problem: String) -> DatasetError { DatasetError(path: path, line: line.number, problem: problem) }
    let fields = line.labelFields
    guard !fields.isEmpty else { return nil }
    let words = try YOLOLabelLine.wordCount(fields, names: names, failure: failure)
    number = line.number
    className = fields.prefix(words).joined(separator: " ")
    numbers = try fields.dropFirst(words).map { field in
      guard let number = Double(field) else { throw failure("'\(field)' is not a number") }
      return number
    }
    guard numbers.count >= 4 else {
      throw failure(
        "\(fields.count) fields; expected 'class centre-x centre-y width height', or a class and points")
    }
    if let large = numbers.first(where: { abs($0) > 2 && $0.isFinite }) {
      throw failure("\(large) is no fraction of the image's size; expected numbers from 0 to 1")
    }
  }

  /// How many fields are the class: the longest known name, or else the words before the first number.
  private static func wordCount(
    _ fields: [Substring], names: Set<String>, failure: (String) -> DatasetError
  ) throws -> Int {
    if !names.isEmpty, fields.count > 5 {
      for count in stride(from: fields.count - 4, to: 1, by: -1)
      where names.contains(fields.prefix(count).joined(separator: " ")) {
        return count
      }
    }
    if Double(fields[0]) != nil { return 1 }
    let words = fields.prefix { Double($0) == nil }.count
    if let word = fields.dropFirst(words).first(where: { Double($0) == nil }) {
      throw failure("'\(word)' is not a number")
    }
    // A number that is none, such as `0,5`, is no word of a name either.
    let marks = fields.prefix(words).dropFirst().first { $0.first?.isNumber == true && $0.contains(",") }
    if let marks { throw failure("'\(marks)' is not a number") }
    return words
  }
}
