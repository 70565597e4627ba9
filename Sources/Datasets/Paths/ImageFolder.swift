/// The image files of a folder and the folders inside it, to be found by the names that labels have for them.
struct ImageFolder {
  let path: String
  /// Relative to the folder, in order of name.
  let files: [String]
  private let places: [String: Int]
  private let index: PathIndex

  init(path: String, isSearchedToAnyDepth: Bool = true) throws {
    self.path = path
    if !FilePath.isFolder(path) {
      files = []
    } else if isSearchedToAnyDepth {
      files = try FilePath.images(within: path)
    } else {
      files = try FilePath.images(in: path)
    }
    places = Dictionary(files.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    index = PathIndex(files.map { FilePath.joined(path, $0) })
  }

  /// The folder that was stated, or the first of the candidates that is there, with capital letters or not, or `last`,
  /// which is that of the labels: nothing tells that folders inside it belong to them.
  init(stated: String?, candidates: [String], last: String, isLastSearchedToAnyDepth: Bool = false) throws {
    let there = candidates.lazy.compactMap {
      FilePath.folder(named: [FilePath.lastComponent(of: $0)], in: FilePath.folder(of: $0))
    }
    if let stated {
      guard FilePath.isFolder(stated) else { throw DatasetError(path: stated, problem: "expected a folder of images") }
      try self.init(path: FilePath.absolute(stated))
    } else if let found = there.first {
      try self.init(path: found)
    } else {
      try self.init(path: last, isSearchedToAnyDepth: isLastSearchedToAnyDepth)
    }
  }

  /// The image file that a label means by a path or a name, with or without extension and folders; nil where there is
  /// none, or several that could be meant.
  func file(named name: String) -> String? {
    if let place = places[name] { return files[place] }
    return switch index.match(name) {
    case .exact(let place), .similar(let place): files[place]
    case .ambiguous, .none: nil
    }
  }

  /// The file that is just where a relative path leads to from one of the folders, with either slash.
  static func file(_ name: String, in folders: [String]) -> String? {
    let names = [name, WrittenPath(name).relative].filter { !$0.isEmpty }
    return names.lazy.flatMap { name in folders.map { FilePath.joined($0, name) } }.first(where: FilePath.exists)
  }

  /// The absolute paths of all images that one label file names. Of an image that is not there it is where the file says
  /// that it is, taken as relative to this folder.
  ///
  /// - Parameter isNeeded: Whether it is an error where two files could be meant.
  func paths(
    of names: [String], listedIn labelFile: String, isNeeded: Bool, audit: inout DatasetAudit
  ) throws -> [String: String] {
    let beside = FilePath.folder(of: labelFile)
    var paths: [String: String] = [:]
    var others: [String] = []
    for name in Set(names).sorted() {
      if let direct = ImageFolder.file(name, in: [path, beside]) {
        paths[name] = FilePath.absolute(direct)
      } else if name.hasPrefix("/"), FilePath.exists(name) {
        paths[name] = FilePath.absolute(name)
      } else {
        others.append(name)
      }
    }
    let taken = Set(paths.values)
    for (name, match) in zip(others, index.matches(others)) {
      var absent = FilePath.joined(path, WrittenPath(name).relative)
      switch match {
      case .exact(let place):
        absent = FilePath.joined(path, files[place])
      case .similar(let place) where !taken.contains(FilePath.joined(path, files[place])):
        absent = FilePath.joined(path, files[place])
        audit.add(.foundByName, at: DatasetPlace(file: labelFile, image: absent, detail: "'\(name)' is \(absent)"))
      case .ambiguous(let several):
        let problem =
          "the image '\(name)' may be " + several.map { FilePath.joined(path, files[$0]) }.joined(separator: " or ")
          + "; expected enough of its path to tell them apart"
        let error = DatasetError(path: labelFile, problem: problem)
        if isNeeded || audit.isThorough {
          let _: Void? = try audit.tolerating { _ in throw error }
        } else {
          audit.addReading("\(labelFile): \(problem)")
        }
      case .similar, .none: break
      }
      paths[name] = FilePath.absolute(absent)
    }
    return paths
  }
}
