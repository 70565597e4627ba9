/// A file of class names, as it stands beside text labels: one name a line, or `names` in a `data.yaml`.
///
/// Of YAML only `names` is read, in the three forms that occur: `names: [a, b]`, a list of `- a` lines, and a map of
/// `0: a` lines.
public enum ClassNamesFile {
  /// The first of `data.yaml`, `dataset.yaml`, `classes.txt`, `obj.names`, … in the folder or up to `levels - 1` above it.
  static func find(near folder: String, levels: Int) throws -> (path: String, names: [String])? {
    let fileNames = ["data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names", "classes.names"]
    var folder = folder
    for _ in 0..<levels {
      for candidate in [folder, FilePath.joined(folder, "labels")] {
        for name in fileNames where FilePath.exists(FilePath.joined(candidate, name)) {
          let path = FilePath.joined(candidate, name)
          return (path, try read(path))
        }
      }
      folder = FilePath.folder(of: folder)
    }
    return nil
  }

  /// The names, in the order of their indices.
  ///
  /// - Throws: ``DatasetError`` naming the line that is no class name.
  public static func read(_ path: String) throws -> [String] {
    let text = try TextFile(path: path)
    if ["yaml", "yml"].contains(FilePath.fileExtension(of: path)) { return try yamlNames(text) }
    var names = text.lines.map { $0.text.trimmed }
    while names.last == "" { names.removeLast() }
    if let empty = names.firstIndex(of: "") {
      throw DatasetError(path: path, line: empty + 1, problem: "an empty line; expected one class name a line")
    }
    guard !names.isEmpty else { throw DatasetError(path: path, problem: "is empty; expected one class name a line") }
    return names
  }

  /// `classes.txt`, or `labelmap.txt` with its lines `name:colour:parts:actions`, of which `background` is no class.
  static func besideVOC(_ folder: String) throws -> [String]? {
    let plain = FilePath.joined(folder, "classes.txt")
    if FilePath.exists(plain) { return try read(plain) }
    let map = FilePath.joined(folder, "labelmap.txt")
    guard FilePath.exists(map) else { return nil }
    return try TextFile(path: map).lines.compactMap { line in
      let text = line.text.trimmed
      guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let name = parts.count > 3 ? parts.dropLast(3).joined(separator: ":") : text
      return name == "background" ? nil : name
    }
  }

  private static func yamlNames(_ text: TextFile) throws -> [String] {
    func failure(_ line: Int, _ found: Substring) -> DatasetError {
      DatasetError(
        path: text.path, line: line,
        problem: "'\(found.trimmed)' is not read as class names; expected names: [a, b], '- a' lines or '0: a' lines")
    }
    guard let start = text.lines.firstIndex(where: { $0.text.hasPrefix("names:") }) else {
      throw DatasetError(path: text.path, problem: "has no key 'names'; expected the class names there")
    }
    let inline = withoutComment(text.lines[start].text.dropFirst("names:".count)).trimmed
    if inline.hasPrefix("[") { return try flowList(text, from: start, first: inline) }
    guard inline.isEmpty else { throw failure(start + 1, text.lines[start].text) }

    var listed: [String] = []
    var mapped: [Int: String] = [:]
    for line in text.lines[(start + 1)...] {
      let content = withoutComment(line.text).trimmed
      if content.isEmpty { continue }
      if content.hasPrefix("- ") {
        listed.append(unquoted(content.dropFirst(2)))
        continue
      }
      guard line.text.first?.isWhitespace == true else { break }
      guard let colon = content.firstIndex(of: ":"), let index = Int(content[..<colon].trimmed) else {
        throw failure(line.number, line.text)
      }
      mapped[index] = unquoted(content[content.index(after: colon)...])
    }
    if !mapped.isEmpty {
      guard listed.isEmpty, mapped.keys.sorted() == Array(0..<mapped.count) else {
        throw DatasetError(
          path: text.path, line: start + 1, problem: "names: expected the indices 0…\(mapped.count - 1), each once")
      }
      listed = mapped.sorted { $0.key < $1.key }.map(\.value)
    }
    guard !listed.isEmpty else {
      throw DatasetError(path: text.path, line: start + 1, problem: "names: is empty; expected class names")
    }
    return listed
  }

  private static func flowList(_ text: TextFile, from start: Int, first: String) throws -> [String] {
    var content = first
    var next = start + 1
    while !content.hasSuffix("]") {
      guard next < text.lines.count else {
        throw DatasetError(path: text.path, line: start + 1, problem: "names: the list has no end; expected ']'")
      }
      content += " " + withoutComment(text.lines[next].text).trimmed
      next += 1
    }
    return commaSeparated(content.dropFirst().dropLast()).map { unquoted($0) }.filter { !$0.isEmpty }
  }

  /// At commas outside of quotes.
  private static func commaSeparated(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var quote: Character?
    var closed: Character?
    for index in text.indices {
      let character = text[index]
      if quote != nil {
        if character == quote { (quote, closed) = (nil, quote) }
        continue
      }
      defer { closed = nil }
      if character == closed {
        // A doubled quote is one of the name's own.
        quote = character
      } else if character == "'" || character == "\"", text[start..<index].allSatisfy(\.isWhitespace) {
        quote = character
      } else if character == "," {
        parts.append(text[start..<index])
        start = text.index(after: index)
      }
    }
    return parts + [text[start...]]
  }

  private static func withoutComment(_ text: Substring) -> Substring {
    var quote: Character?
    var closed: Character?
    var previous: Character = " "
    for index in text.indices {
      let character = text[index]
      if quote == nil, character == "#", previous.isWhitespace { return text[..<index] }
      if character == quote {
        (quote, closed) = (nil, quote)
        previous = character
        continue
      }
      defer { closed = nil }
      if character == closed {
        quote = character
      } else if quote == nil, character == "'" || character == "\"", previous.isWhitespace || "[,".contains(previous) {
        quote = character
      }
      previous = character
    }
    return text
  }

  private static func unquoted(_ text: some StringProtocol) -> String {
    let name = text.trimmed
    guard name.count >= 2, let first = name.first, first == "'" || first == "\"", name.last == first else {
      return name
    }
    let inside = name.dropFirst().dropLast()
    return String(first == "'" ? inside.replacing("''", with: "'") : inside.replacing("\\\"", with: "\""))
  }
}
