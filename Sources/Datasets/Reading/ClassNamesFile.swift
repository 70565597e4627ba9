/// A file of class names, as it stands beside text labels: one name a line, or `names` in a `data.yaml`.
public enum ClassNamesFile {
  static let noNames = "has no key 'names'; expected the class names there"

  /// The first of `data.yaml`, `dataset.yaml`, `classes.txt`, `obj.names`, … in the folder or up to `levels - 1` above
  /// it; or the one YAML file there that has names.
  static func find(near folder: String, levels: Int) throws -> (path: String, names: [String])? {
    let fileNames = [
      "data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names", "classes.names", "_darknet.labels",
    ]
    var folder = folder
    for _ in 0..<levels {
      for candidate in [folder, FilePath.folder(named: ["labels"], in: folder)].compactMap(\.self) {
        for name in fileNames where FilePath.exists(FilePath.joined(candidate, name)) {
          let path = FilePath.joined(candidate, name)
          return (path, try read(path))
        }
      }
      let named = try FilePath.files(in: folder, extensions: ["yaml", "yml"]).compactMap { name in
        let path = FilePath.joined(folder, name)
        return (try? DataFile(path: path))?.names.map { (path, $0) }
      }
      if named.count == 1 { return named[0] }
      folder = FilePath.folder(of: folder)
    }
    return nil
  }

  /// The names, in the order of their indices.
  ///
  /// - Throws: ``DatasetError`` naming the line that is no class name.
  public static func read(_ path: String) throws -> [String] {
    if DataFile.isOne(path) {
      guard let names = try DataFile(path: path).names else { throw DatasetError(path: path, problem: noNames) }
      return names
    }
    let text = try TextFile(path: path)
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
}
