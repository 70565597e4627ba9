/// The images of a set in YOLO's form, each with its label file, and the names of the classes.
struct YOLOFiles {
  var pairs: [(image: String, label: String?)] = []
  /// In the order of the pairs; nil where no `data.yaml` says.
  var splits: [DatasetSplit?] = []
  /// Nil where no file of names is there.
  var names: [String]?
  /// Where the names stand.
  var namesFile: String?

  /// - Parameter path: A folder, a `data.yaml`, or another file of names, beside which the images are.
  init(at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit) throws {
    if FilePath.isFolder(path) {
      let found = try readFolder(path, options: options, audit: &audit)
      (names, namesFile) = (found?.names, found?.path)
      return
    }
    let folder = FilePath.folder(of: path)
    namesFile = path
    guard DataFile.isOne(path) else {
      let isDarknet = FilePath.fileExtension(of: path) == "data"
      names = try ClassNamesFile.read(isDarknet ? try YOLOFiles.darknetNames(path) : path)
      _ = try readFolder(folder, options: options, audit: &audit)
      return
    }
    let file = try DataFile(path: path)
    for key in file.unknownKeys {
      audit.addReading("\(path):\(key.line): the key '\(key.text)' is not known, and ignored")
    }
    guard let stated = file.names else { throw DatasetError(path: path, problem: ClassNamesFile.noNames) }
    names = stated
    let selected = try file.selected(by: options.splits)
    if selected.isEmpty {
      _ = try readFolder(folder, options: options, audit: &audit)
    } else {
      try read(selected, of: file, options: options, audit: &audit)
    }
  }

  /// - Returns: The file of names that stands near the folder.
  private mutating func readFolder(
    _ path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> (path: String, names: [String])? {
    let folder = try YOLOFiles.darknetFolder(in: path) ?? path
    let layout = try TextLabelLayout(at: folder, options: options)
    try layout.checkHasLabels()
    pairs = layout.pairs(audit: &audit)
    splits = Array(repeating: nil, count: pairs.count)
    return try ClassNamesFile.find(near: folder, levels: 3)
  }

  // MARK: Splits

  private mutating func read(
    _ selected: [DatasetSplit], of file: DataFile, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws {
    let fileName = FilePath.lastComponent(of: file.path)
    var known: [[DataFile.Source]: DatasetSplit] = [:]
    for split in selected {
      let entries = file.splits[split] ?? []
      let read: Void? = try audit.tolerating { audit in
        let sources = try entries.map { try file.source($0, of: split.rawValue) { audit.addReading($0) } }
        if let earlier = known.updateValue(split, forKey: sources) {
          audit.addReading("\(fileName): \(split.rawValue) is the same as \(earlier.rawValue)")
          return
        }
        let first = pairs.count
        for source in sources { try add(source, of: file, options: options, audit: &audit) }
        splits += Array(repeating: split, count: pairs.count - first)
        let places = entries.map(\.text).joined(separator: ", ")
        audit.addReading("\(fileName): \(split.rawValue) is \(places), with \(pairs.count - first) images")
      }
      if read == nil { pairs.removeLast(pairs.count - splits.count) }
    }
    let others = DatasetSplit.allCases.filter { file.splits[$0] != nil && !selected.contains($0) }
    if !others.isEmpty, options.splits == .evaluation {
      let names = others.map(\.rawValue).joined(separator: " and ")
      audit.addReading("\(fileName): of its splits only \(selected[0].rawValue) was read, not \(names)")
    }
  }

  private mutating func add(
    _ source: DataFile.Source, of file: DataFile, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws {
    switch source {
    case .folder(let folder):
      let layout = try TextLabelLayout(at: folder, options: options)
      try layout.checkHasLabels()
      pairs += layout.pairs(audit: &audit)
    case .list(let path):
      for image in try images(in: path, of: file, audit: &audit) {
        pairs.append((image, TextLabelLayout.labelFile(ofImage: image)))
      }
    }
  }

  /// The images that a list names: where it says, or somewhere in the folder of the data file under the same end.
  private func images(in path: String, of file: DataFile, audit: inout DatasetAudit) throws -> [String] {
    let list = try ImageList(path: path)
    let folders = file.listFolders(path)
    let direct = list.entries.map { entry in
      entry.text.hasPrefix("/")
        ? [entry.text].first(where: FilePath.exists)
        : folders.lazy.map { FilePath.joined($0, entry.text) }.first(where: FilePath.exists)
    }
    var files = direct.compactMap { $0.map(FilePath.absolute) }
    if files.count < list.entries.count {
      for folder in folders where FilePath.isFolder(folder) {
        files += try FilePath.filesWithin(folder, extensions: FilePath.imageExtensions).map {
          FilePath.joined(folder, $0)
        }
      }
    }
    var seen: Set<String> = []
    files = files.filter { seen.insert($0).inserted }
    return try list.places(in: files, relativeTo: folders, audit: &audit).map { files[$0] }
  }

  // MARK: Darknet

  /// The folder of label files in an export for Darknet.
  private static func darknetFolder(in folder: String) throws -> String? {
    let names = try darknetFolders(in: folder)
    guard names.count > 1 else { return names.first.map { FilePath.joined(folder, $0) } }
    throw DatasetError(path: folder, problem: "holds \(names.joined(separator: ", ")); give one of them")
  }

  /// Darknet's tools name the folders of label files `obj_train_data`, `obj_valid_data` and the like.
  static func darknetFolders(in folder: String) throws -> [String] {
    try FilePath.files(in: folder, extensions: [""]).filter {
      $0.hasPrefix("obj_") && $0.hasSuffix("_data") && FilePath.isFolder(FilePath.joined(folder, $0))
    }
  }

  /// Where `obj.data` says the names are. Its paths are relative to Darknet's own folder, so only the file name counts.
  private static func darknetNames(_ path: String) throws -> String {
    for line in try TextFile(path: path).lines {
      let parts = line.text.split(separator: "=").map(\.trimmed)
      if parts.count == 2, parts[0] == "names" {
        return FilePath.joined(FilePath.folder(of: path), WrittenPath(parts[1]).name)
      }
    }
    throw DatasetError(path: path, problem: "has no line 'names = FILE'; expected where the class names are")
  }
}
