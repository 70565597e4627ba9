import Files

/// The classes of a YOLO set, and what its labels call them: an index into the list, as Darknet has it, or a name.
struct YOLOClassList {
  let names: [String]
  /// What is unusual about the labels; nil where all are indices.
  let evidence: String?
  private let indices: [String: Int]
  /// Whether numbers are names too: no list has indices as large.
  private let numbersAreNames: Bool

  /// - Parameters:
  ///   - used: The class of every label, as written.
  ///   - names: The list, where there is one. Without it the indices have to do, or else the names that occur.
  /// - Throws: ``DatasetError`` where labels have names and indices, and there is no list to tell which is which.
  init(_ used: [String], names list: [String]?, path: String) throws {
    let texts = Set(used)
    let numbers = texts.compactMap(\.classIndex)
    let words = texts.filter { $0.classIndex == nil && Double($0) == nil }
    if let list {
      names = list
      let known = Set(list)
      numbersAreNames = numbers.contains { $0 >= list.count } && texts.allSatisfy(known.contains)
    } else if words.isEmpty {
      if let large = numbers.max(), large >= InputLimits.unnamedClasses {
        throw DatasetError(
          path: path,
          problem: "labels have the class index \(large); without a list of the class names, such as classes.txt, "
            + "expected one below \(InputLimits.unnamedClasses)")
      }
      names = (0..<((numbers.max() ?? -1) + 1)).map { "class \($0)" }
      numbersAreNames = false
    } else if let number = texts.first(where: { $0.classIndex != nil }) {
      throw DatasetError(
        path: path,
        problem: "labels have class names, such as '\(words.min() ?? "")', and indices, such as '\(number)'; "
          + "expected a list of the class names, such as classes.txt, that tells which is which")
    } else {
      names = words.sorted()
      numbersAreNames = false
    }
    indices = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let named = numbersAreNames ? used.count : used.count { words.contains($0) }
    let others = named < used.count ? ", as indices in the others" : ""
    evidence = named > 0 ? "classes read as names in \(named) of \(used.count) labels\(others)" : nil
  }

  /// - Throws: ``DatasetError`` naming the line, for what is neither an index nor a name in the list.
  func index(of text: String, path: String, line: Int) throws -> Int {
    if !numbersAreNames, let index = text.classIndex { return index }
    if let index = indices[text] { return index }
    throw DatasetError(
      path: path, line: line,
      problem: "'\(text)' is no class index; expected a whole number from 0"
        + (Double(text) == nil ? ", or one of " + names.prefix(20).joined(separator: ", ") : ""))
  }
}
