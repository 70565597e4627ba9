/// A text file that names images, one path, file name or stem a line.
///
/// Empty lines and lines that begin with `#` are skipped. A second column (VOC's `ImageSets` have one) is no part of
/// the name.
struct ImageList {
  struct Entry {
    /// The whole line without white space around it: a name may have blanks in it.
    let text: String
    /// The first column.
    let firstField: String
    let line: Int
  }

  let path: String
  let entries: [Entry]

  /// - Throws: ``DatasetError`` where the file cannot be read, or names nothing.
  init(path: String) throws {
    self.path = path
    entries = try TextFile(path: path).lines.compactMap { line in
      let text = line.text.trimmed
      guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
      return Entry(text: text, firstField: line.fields.first.map(String.init) ?? text, line: line.number)
    }
    guard !entries.isEmpty else {
      throw DatasetError(path: path, problem: "names no image; expected one file name or path of an image a line")
    }
  }

  /// The places in a list of image files that the lines name, each once, in the order of the lines.
  ///
  /// - Parameters:
  ///   - files: Absolute paths.
  ///   - folders: Where a relative path of the list may begin.
  /// - Throws: ``DatasetError`` naming the line that names no file, or several that could be meant.
  func places(in files: [String], relativeTo folders: [String], audit: inout DatasetAudit) throws -> [Int] {
    let byPath = Dictionary(files.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    func direct(_ text: String) -> Int? {
      if text.hasPrefix("/") { return byPath[FilePath.absolute(text)] }
      return folders.lazy.compactMap { byPath[FilePath.absolute(FilePath.joined($0, text))] }.first
    }
    let index = PathIndex(files)
    let named = entries.map { entry -> (text: String, place: Int?) in
      if let place = direct(entry.text) { return (entry.text, place) }
      if index.match(entry.text) == .none, entry.firstField != entry.text {
        return (entry.firstField, direct(entry.firstField))
      }
      return (entry.text, nil)
    }
    var matches = index.matches(named.map(\.text))
    for (entry, name) in named.enumerated() {
      if let place = name.place { matches[entry] = .exact(place) }
    }
    var first: [Int: Int] = [:]
    var chosen: [Int] = []
    for (entry, match) in zip(entries, matches) {
      let place = try place(for: match, entry: entry, files: files)
      if case .similar = match {
        let detail = "'\(entry.text)' is \(files[place])"
        audit.add(.foundByName, at: DatasetPlace(file: path, line: entry.line, image: files[place], detail: detail))
      }
      if let line = first[place] {
        audit.add(
          .duplicateImage,
          at: DatasetPlace(file: path, line: entry.line, image: files[place], detail: "also on line \(line)"))
      } else {
        first[place] = entry.line
        chosen.append(place)
      }
    }
    return chosen
  }

  private func place(for match: PathIndex.Match, entry: Entry, files: [String]) throws -> Int {
    let expected = "expected one path, file name or stem of an image a line"
    switch match {
    case .exact(let place), .similar(let place): return place
    case .ambiguous(let places):
      throw DatasetError(
        path: path, line: entry.line,
        problem: "\(places.count) images are called '\(entry.text)': "
          + places.prefix(3).map { files[$0] }.joined(separator: ", ") + (places.count > 3 ? ", …" : "")
          + "; \(expected)")
    case .none:
      throw DatasetError(
        path: path, line: entry.line, problem: "no image of the dataset is called '\(entry.text)'; \(expected)")
    }
  }
}
