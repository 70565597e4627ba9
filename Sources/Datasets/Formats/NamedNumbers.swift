/// A line of a text file that begins with a class, which may have spaces in it, and ends with numbers.
struct NamedNumbers {
  let name: String
  let numbers: [Double]

  /// - Returns: Nil where the line is empty.
  /// - Throws: ``DatasetError`` where the line has not that many numbers, or no class before them.
  init?(_ line: TextFile.Line, count: Int, expected: String, path: String) throws {
    func failure(_ problem: String) -> DatasetError {
      DatasetError(path: path, line: line.number, problem: "\(problem); expected '\(expected)'")
    }
    let fields = line.text.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { Substring($0) }
    guard !fields.isEmpty else { return nil }
    guard fields.count > count else { throw failure("\(fields.count) fields") }
    let words = fields.dropLast(count)
    // `class score x y …` where `class x y …` was meant would otherwise become a class with a number in its name.
    guard words.count == 1 || words.last.flatMap({ Double($0) }) == nil else { throw failure("\(fields.count) fields") }
    name = words.joined(separator: " ")
    numbers = try fields.suffix(count).map { field in
      guard let number = Double(field) else { throw failure("'\(field)' is not a number") }
      return number
    }
  }
}
