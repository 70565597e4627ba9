/// The image files of a folder and the folders inside it, to be found by name.
struct ImageFolder {
  let path: String
  /// Relative to the folder, in order of name.
  let files: [String]
  private let byName: [String: String]
  private let byRelativeStem: [String: String]
  /// Nil where several images have the stem.
  private let byStem: [String: String?]

  init(path: String, isSearchedToAnyDepth: Bool = true) throws {
    self.path = path
    if !FilePath.isFolder(path) {
      files = []
    } else if isSearchedToAnyDepth {
      files = try FilePath.images(within: path)
    } else {
      files = try FilePath.images(in: path)
    }
    byName = Dictionary(files.map { ($0, $0) }) { first, _ in first }
    byRelativeStem = Dictionary(files.map { (FilePath.withoutExtension($0), $0) }) { first, _ in first }
    var byStem: [String: String?] = [:]
    for file in files {
      let stem = FilePath.stem(of: file)
      byStem[stem] = byStem[stem] == nil ? .some(file) : .some(nil)
    }
    self.byStem = byStem
  }

  /// The folder that was stated, or the first of the candidates that is there, or `last`, which is that of the labels:
  /// nothing tells that folders inside it belong to them.
  init(stated: String?, candidates: [String], last: String, isLastSearchedToAnyDepth: Bool = false) throws {
    if let stated {
      guard FilePath.isFolder(stated) else { throw DatasetError(path: stated, problem: "expected a folder of images") }
      try self.init(path: FilePath.absolute(stated))
    } else if let found = candidates.first(where: FilePath.isFolder) {
      try self.init(path: found)
    } else {
      try self.init(path: last, isSearchedToAnyDepth: isLastSearchedToAnyDepth)
    }
  }

  /// The image file that a label means by a file name, with or without extension and folders; nil where there is none,
  /// or several that could be meant.
  func file(named name: String) -> String? {
    if let file = byName[name] ?? byRelativeStem[name] { return file }
    if let file = byRelativeStem[FilePath.withoutExtension(name)] { return file }
    let last = FilePath.lastComponent(of: name)
    return (byStem[FilePath.stem(of: last)] ?? byStem[last] ?? nil)
  }
}
