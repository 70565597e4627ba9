import ImageCodecs

/// Reads a CSV file whose lines name an image and its class.
///
/// The image's column is called `file`, `filename`, `image` or `path`, relative to the CSV's folder or to `images` in it; the
/// class's `class`, `label`, `class_name` or `name`; a number for it may stand in `class_index`, `class_id` or `index`, and is
/// then the class's id.
enum ClassCSVReader {
  private static let fileColumns = ["file", "filename", "image", "path"]
  private static let classColumns = ["class", "label", "class_name", "name", "category"]
  private static let numberColumns = ["class_index", "class_id", "index"]

  /// Whether a file has such columns, and none of a box.
  static func isOne(_ path: String) -> Bool {
    guard let table = try? CSVTable(path: path, requiring: []) else { return false }
    let columns = Set(table.columns.map { $0.lowercased() })
    let isOfBoxes = ["xmin", "x1", "bbox", "xmax"].contains { columns.contains($0) }
    return !isOfBoxes && fileColumns.contains { columns.contains($0) }
      && (classColumns + numberColumns).contains { columns.contains($0) }
  }

  /// - Throws: ``DatasetError`` naming the line that is wrong, or the first lines whose images are missing.
  static func read(_ path: String, audit: inout DatasetAudit) throws -> ClassifiedSet {
    let table = try CSVTable(path: path, requiring: [], audit: &audit)
    func column(_ names: [String]) -> String? { names.first { table.columns.contains($0) } }
    guard let files = column(fileColumns) else {
      throw DatasetError(
        path: path, line: 1, problem: "has no column of files; expected \(fileColumns.joined(separator: ", "))")
    }
    let (names, numbers) = (column(classColumns), column(numberColumns))
    let folder = FilePath.folder(of: path)
    let places = [folder, FilePath.joined(folder, "images")]
    var entries: [(path: String, name: String, id: Int?)] = []
    var missing: [(line: Int, file: String)] = []
    var check = ImageFileCheck()
    for row in table.rows {
      let entry = try audit.tolerating { _ in try Self.entry(row, files: files, names: names, numbers: numbers) }
      guard let (file, name, id) = entry else { continue }
      let found = file.hasPrefix("/") ? [file] : places.map { FilePath.joined($0, file) }
      guard let path = found.first(where: FilePath.exists) else {
        missing.append((row.line, file))
        audit.add(.missingImage, at: DatasetPlace(file: table.path, line: row.line, detail: "'\(file)'"))
        continue
      }
      // An audit decodes every file.
      if audit.isThorough || check.accepts(path) { entries.append((path, name, id)) }
    }
    guard missing.isEmpty || audit.isThorough else {
      let listed = missing.prefix(3).map { "line \($0.line) '\($0.file)'" }.joined(separator: ", ")
      throw DatasetError(
        path: path, line: missing[0].line,
        problem: "names \(missing.count == 1 ? "an image that is" : "\(missing.count) images that are") not there: "
          + "\(listed)\(missing.count > 3 ? ", …" : ""); expected them in \(places.joined(separator: " or "))")
    }
    return set(entries, path: path, remarks: check.remarks)
  }

  private static func entry(
    _ row: CSVTable.Row, files: String, names: String?, numbers: String?
  ) throws -> (file: String, name: String, id: Int?) {
    guard let file = row.text(files) else { throw row.failure("has no '\(files)'; expected the name of an image") }
    let id = try numbers.map { number in
      guard let id = row.text(number).flatMap(Int.init) else { throw row.failure("\(number) is no whole number") }
      return id
    }
    guard let name = names.flatMap({ row.text($0) }) ?? id.map(String.init) else {
      throw row.failure("has no '\(names ?? "class")'; expected the image's class")
    }
    return (file, name, id)
  }

  private static func set(
    _ entries: [(path: String, name: String, id: Int?)], path: String, remarks: [String]
  ) -> ClassifiedSet {
    var ids: [String: Int] = [:]
    for entry in entries { ids[entry.name] = entry.id ?? ids[entry.name] ?? -1 }
    // By their numbers where they have some, else by their names.
    let ordered = ids.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    let places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, $0) })
    let images = entries.map {
      ClassifiedImage(source: .file($0.path), name: $0.path, classIndex: places[$0.name] ?? 0)
    }
    let classes = ordered.enumerated().map { index, name in
      ObjectClass(id: ids[name].flatMap { $0 < 0 ? nil : $0 } ?? index, name: name)
    }
    return ClassifiedSet(classes: classes, images: images, format: .csv, remarks: remarks)
  }
}
