import DetectionUtilities
import ImageCodecs

/// Reads the program's own CSV: one line an object, corners in pixels; a line without label is an image without objects.
///
/// Columns are found by name: `image,label,x1,y1,x2,y2` are needed; `width,height` (of the image), `crowd,difficult`
/// (0 or 1), `area` (square pixels) and `attribute NAME` (a number) may be there.
enum CSVReader {
  static let columns = ["image", "width", "height", "label", "x1", "y1", "x2", "y2", "crowd", "difficult"]
  static let requiredColumns = ["image", "label", "x1", "y1", "x2", "y2"]
  static let attributePrefix = "attribute "

  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = try csvFile(at: path, requiring: requiredColumns)
    let table = try CSVTable(path: file, requiring: requiredColumns, audit: &audit)
    let attributes = table.columns.filter { $0.hasPrefix(attributePrefix) }
    let here = FilePath.folder(of: file)
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(here, "images")], last: here)
    let listed = try ClassNamesFile.find(near: here, levels: 1)?.names ?? []
    let classNames = listed + Set(table.rows.compactMap { $0.text("label") }).subtracting(listed).sorted()
    let indices = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }

    let paths = try folder.paths(
      of: table.rows.compactMap { $0.text("image") }, listedIn: file, isNeeded: options.requiresImages, audit: &audit)
    var places: [String: Int] = [:]
    var images: [DatasetSource.Image] = []
    for row in table.rows {
      let listed = try audit.tolerating { _ in
        guard let name = row.text("image") else { throw row.failure("has no 'image'; expected a file name") }
        let size = try size(in: row)
        if let size, let before = places[name].flatMap({ images[$0].declaredSize }), size != before {
          throw row.failure("the image '\(name)' is \(size) here and \(before) further up; expected one size")
        }
        return (name, size)
      }
      guard let (name, size) = listed else { continue }
      let place = places[name] ?? images.count
      if place == images.count {
        places[name] = place
        images.append(
          DatasetSource.Image(
            path: paths[name] ?? name, labelPath: file, declaredSize: size, objects: []))
      }
      guard let label = row.text("label") else { continue }
      let read = try audit.tolerating { _ in
        try object(in: row, classIndex: indices[label], attributes: attributes)
      }
      if let read { images[place].objects.append(read) }
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  private static func object(
    in row: CSVTable.Row, classIndex: Int?, attributes: [String]
  ) throws -> DatasetSource.Object {
    var object = DatasetSource.Object(
      box: BoundingBox(
        x1: try row.number("x1"), y1: try row.number("y1"), x2: try row.number("x2"), y2: try row.number("y2")),
      classIndex: classIndex, isCrowd: try row.flag("crowd") ?? false,
      isDifficult: try row.flag("difficult") ?? false, line: row.line)
    if row.text("area") != nil { object.area = try row.number("area") }
    for column in attributes where row.text(column) != nil {
      object.attributes[String(column.dropFirst(attributePrefix.count))] = try row.number(column)
    }
    return object
  }

  /// The file itself, or the one in a folder that has these columns.
  static func csvFile(at path: String, requiring required: [String]) throws -> String {
    guard FilePath.isFolder(path) else { return path }
    let files = try FilePath.files(in: path, extensions: ["csv"]).filter {
      let header = try? CSVFile.header(of: FilePath.joined(path, $0))
      return header.map { Set($0).isSuperset(of: required) } ?? false
    }
    guard files.count == 1 else {
      throw DatasetError(
        path: path,
        problem: "expected one .csv file with the columns \(required.joined(separator: ",")) here, found "
          + (files.isEmpty ? "none" : files.joined(separator: ", ")) + "; give the file itself")
    }
    return FilePath.joined(path, files[0])
  }

  private static func size(in row: CSVTable.Row) throws -> ImageSize? {
    guard row.text("width") != nil || row.text("height") != nil else { return nil }
    let numbers = [try row.number("width"), try row.number("height")]
    let whole = numbers.compactMap { Int(exactly: $0) }.filter { $0 > 0 }
    guard whole.count == 2 else {
      throw row.failure("an image of \(numbers[0])×\(numbers[1]); expected whole numbers above 0")
    }
    return ImageSize(width: whole[0], height: whole[1])
  }
}
