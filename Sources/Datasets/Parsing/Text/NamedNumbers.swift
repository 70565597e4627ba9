/// A line of a text file that begins with a class, which may have spaces in it, and ends with numbers.
struct NamedNumbers {
  let name: String
  let numbers: [Double]

  /// - Parameter isName: Whether a text is a name in spite of ending with a number, as in `player 7`.
  /// - Returns: Nil where the line is empty or a comment.
  /// - Throws: ``DatasetError`` where the line has not that many numbers, or no class before them.
  init?(
    _ line: TextFile.Line, count: Int, expected: String, path: String, isName: (String) -> Bool = { _ in false }
  ) throws {
    func failure(_ problem: String) -> DatasetError {
      DatasetError(path: path, line: line.number, problem: "\(problem); expected '\(expected)'")
    }
    let fields = line.labelFields
    guard !fields.isEmpty else { return nil }
    guard fields.count > count else { throw failure("\(fields.count) fields") }
    let words = fields.dropLast(count)
    let name = words.joined(separator: " ")
    // `class score x y …` where `class x y …` was meant would otherwise become a class with a number in its name.
    guard words.count == 1 || words.last.flatMap({ Double($0) }) == nil || isName(name) else {
      throw failure("\(fields.count) fields")
    }
    self.name = name
    numbers = try fields.suffix(count).map { field in
      guard let number = Double(field) else { throw failure("'\(field)' is not a number") }
      return number
    }
  }
}

extension TextFile.Line {
  /// What stands between blanks, or between commas or semicolons where these separate; nothing in a line that is a
  /// comment, from `#` on.
  ///
  /// A comma within a number is part of it: `0 0,5 0,5` has decimal commas.
  var labelFields: [Substring] {
    let fields =
      text.utf8.allSatisfy { $0 < 0x80 }
      ? text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { Substring($0) } : self.fields
    guard let first = fields.first, first.first != "#" else { return [] }
    for separator in [UInt8(ascii: ";"), UInt8(ascii: ",")] where text.utf8.contains(separator) {
      let parts = text.utf8.split(separator: separator).map { Substring(Substring($0).trimmed) }.filter { !$0.isEmpty }
      if parts.count >= 5, parts.suffix(4).allSatisfy({ Double($0) != nil }) || fields.count == 1 { return parts }
    }
    return fields
  }
}

extension Double {
  /// The shortest text that is read as the same number again; whole numbers without a point.
  var shortestText: String {
    if self == rounded(), abs(self) < 1e15 { return String(Int(self)) }
    return "\(self)"
  }
}

extension StringProtocol {
  /// A class index, a whole number from 0, also written as programs that know only fractions do: `1.0`, `1e0`.
  var classIndex: Int? {
    if let index = Int(self) { return index >= 0 ? index : nil }
    guard let number = Double(self), let index = Int(exactly: number), index >= 0 else { return nil }
    return index
  }
}
