extension DataFile {
  /// Where images of a split are.
  enum Source: Hashable {
    case folder(String)
    case list(String)
  }

  /// The splits that the file has and a selection asks for.
  ///
  /// - Returns: Empty where the file has no splits at all, only names.
  /// - Throws: ``DatasetError`` where the asked one is not among them.
  func selected(by selection: SplitSelection) throws -> [DatasetSplit] {
    let stated = DatasetSplit.allCases.filter { splits[$0] != nil }
    func one(_ wanted: DatasetSplit) throws -> [DatasetSplit] {
      if stated.contains(wanted) { return [wanted] }
      throw DatasetError(
        path: path,
        problem: "has no split '\(wanted.rawValue)'; "
          + (stated.isEmpty ? "it has none" : "it has \(stated.map(\.rawValue).joined(separator: ", "))"))
    }
    switch selection {
    case .all: return stated
    case .only(let split): return try one(split)
    case .training: return stated.isEmpty ? [] : try one(.training)
    case .evaluation:
      return [.validation, .test, .training].first(where: stated.contains).map { [$0] } ?? []
    }
  }

  /// The folder or list that a path of the file leads to, on this machine.
  ///
  /// It is relative to `path`, or to the file's own folder. Paths of another machine, such as Roboflow's
  /// `../train/images` or Colab's `/content/data/train`, are looked for by their ends in the file's own folder.
  func source(_ entry: Entry, of name: String, remark: (String) -> Void) throws -> Source {
    let own = FilePath.folder(of: path)
    var bases = [own]
    if let root {
      let literal = root.text.hasPrefix("/") ? root.text : FilePath.joined(own, root.text)
      if FilePath.isFolder(literal) {
        bases = [FilePath.absolute(literal)]
      } else {
        remark("\(path):\(root.line): path '\(root.text)' is not there; its folders are looked for in \(own)")
        bases = DataFile.ends(of: root.text).map { FilePath.joined(own, $0) }.filter(FilePath.isFolder) + [own]
      }
    }
    let literal =
      entry.text.hasPrefix("/")
      ? [entry.text] : bases.map { FilePath.joined($0, entry.text.replacing("\\", with: "/")) }
    let split = DataFile.split(in: entry.text)
    let ends = DataFile.ends(of: entry.text).filter { DataFile.split(in: $0) == split }.flatMap { end in
      (bases + [own]).map { FilePath.joined($0, end) }
    }
    let direct = literal.first(where: FilePath.exists)
    let byEnd = ends.first(where: FilePath.exists)
    if let direct, let byEnd, root == nil, entry.text.hasPrefix(".."), FilePath.absolute(direct) != byEnd {
      throw DatasetError(
        path: path, line: entry.line,
        problem: "\(name): '\(entry.text)' is \(FilePath.absolute(direct)), but Roboflow means \(byEnd) by it, "
          + "and both are there; expected a key 'path', or one of the two moved")
    }
    guard let found = direct ?? byEnd else {
      var seen: Set<String> = []
      let looked = (literal + ends).map(FilePath.absolute).filter { seen.insert($0).inserted }
      throw DatasetError(
        path: path, line: entry.line,
        problem: "\(name): '\(entry.text)' is not there; looked for \(looked.joined(separator: ", "))")
    }
    let place = FilePath.absolute(found)
    if direct == nil { remark("\(path):\(entry.line): \(name): '\(entry.text)' is not there; taken is \(place)") }
    if FilePath.isFolder(place) { return .folder(place) }
    guard FilePath.fileExtension(of: place) == "txt" else {
      throw DatasetError(
        path: path, line: entry.line,
        problem: "\(name): '\(entry.text)' is neither a folder nor a .txt list of images")
    }
    return .list(place)
  }

  /// The folders in which a list's paths may begin.
  func listFolders(_ list: String) -> [String] {
    let own = FilePath.folder(of: path)
    let root = root.map { $0.text.hasPrefix("/") ? $0.text : FilePath.joined(own, $0.text) }
    return [FilePath.folder(of: list)] + (root.map { [FilePath.absolute($0)] } ?? []) + [own]
  }

  /// `a/b/c`, `b/c`, `c`.
  private static func ends(of text: String) -> [String] {
    let parts = WrittenPath(text).parts
    return parts.indices.map { parts[$0...].joined(separator: "/") }
  }

  /// What split the folders of a path name: an end of a path that names none is not that path's.
  private static func split(in text: String) -> DatasetSplit? {
    DatasetSplit(parts: WrittenPath(text).parts + [""])
  }
}
