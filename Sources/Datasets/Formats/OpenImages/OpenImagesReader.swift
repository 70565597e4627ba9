import DetectionUtilities

/// Reads Open Images' box files (Kuznetsova et al., "The Open Images Dataset V4", 2020): one line an object, corners as
/// fractions of the image's size, which therefore has to be there.
///
/// `IsGroupOf` is a crowd; the other flags become attributes of the same name where they are known. A file
/// `class-descriptions*.csv` beside the boxes turns ids such as `/m/01g317` into names. Images of the folder that no
/// line names are images without objects: the format has no other place for them.
enum OpenImagesReader {
  static let requiredColumns = ["ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"]
  static let flags = ["IsOccluded", "IsTruncated", "IsDepiction", "IsInside"]

  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = try CSVReader.csvFile(at: path, requiring: requiredColumns)
    let table = try CSVTable(path: file, requiring: requiredColumns, audit: &audit)
    let here = FilePath.folder(of: file)
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(here, "images")], last: here)
    let described = try descriptions(in: here)
    let namesByID = Dictionary(described.map { ($0.id, $0.name) }) { first, _ in first }
    let listed = described.map(\.name)
    let used = table.rows.compactMap { row in row.text("LabelName").map { namesByID[$0] ?? $0 } }
    let classNames = listed + Set(used).subtracting(listed).sorted()
    let indices = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }

    var images = folder.files.map {
      DatasetSource.Image(
        path: FilePath.joined(folder.path, $0), labelPath: file, boxesAreFractions: true, objects: [])
    }
    var places = Dictionary(folder.files.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    for row in table.rows {
      let named = try audit.tolerating { _ in
        guard let id = row.text("ImageID") else { throw row.failure("has no 'ImageID'; expected the name of an image") }
        guard let label = row.text("LabelName") else { throw row.failure("has no 'LabelName'; expected a class") }
        return (id, label)
      }
      guard let (id, label) = named else { continue }
      let isFileName = FilePath.imageExtensions.contains(FilePath.fileExtension(of: id))
      let name = folder.file(named: id) ?? (isFileName ? id : id + ".jpg")
      let place = places[name] ?? images.count
      if place == images.count {
        places[name] = place
        images.append(
          DatasetSource.Image(
            path: FilePath.joined(folder.path, name), labelPath: file, boxesAreFractions: true, objects: []))
      }
      let read = try audit.tolerating { _ in
        try object(in: row, classIndex: indices[namesByID[label] ?? label])
      }
      if let read { images[place].objects.append(read) }
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  private static func object(in row: CSVTable.Row, classIndex: Int?) throws -> DatasetSource.Object {
    func fraction(_ column: String) throws -> Double { try row.number(column, decimalComma: true) }
    var object = DatasetSource.Object(
      box: BoundingBox(
        x1: try fraction("XMin"), y1: try fraction("YMin"), x2: try fraction("XMax"), y2: try fraction("YMax")),
      classIndex: classIndex, isCrowd: try row.flag("IsGroupOf") ?? false, line: row.line)
    if let large = [object.box.x1, object.box.y1, object.box.x2, object.box.y2].first(where: { abs($0) > 2 }),
      large.isFinite
    {
      throw row.failure("\(large) is no fraction of the image's size; expected numbers from 0 to 1")
    }
    for flag in flags {
      if let value = try row.flag(flag) { object.attributes[flag] = value ? 1 : 0 }
    }
    return object
  }

  /// The classes of the `class-descriptions*.csv` in a folder; with or without a first line `LabelName,DisplayName`.
  private static func descriptions(in folder: String) throws -> [(id: String, name: String)] {
    let files = try FilePath.files(in: folder, extensions: ["csv"]).filter { $0.contains("class-descriptions") }
    guard let file = files.first else { return [] }
    let path = FilePath.joined(folder, file)
    var names: Set<String> = []
    return try CSVFile(path: path).rows.compactMap { row in
      guard row.fields.count == 2 else {
        throw DatasetError(path: path, line: row.line, problem: "\(row.fields.count) fields; expected an id and a name")
      }
      if row.fields[0] == "LabelName" { return nil }
      guard names.insert(row.fields[1]).inserted else {
        throw DatasetError(
          path: path, line: row.line, problem: "the name '\(row.fields[1])' stands twice; expected it once")
      }
      return (row.fields[0], row.fields[1])
    }
  }
}
