extension DatasetFormat {
  /// The format that the files at a path seem to have.
  ///
  /// - Throws: ``DatasetError`` where nothing is there, nothing that one of the formats would have, or what two of them
  ///   might.
  public static func guess(at path: String) throws -> DatasetFormat {
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    guard FilePath.isFolder(path) else { return try guess(file: path) }
    if let labels = try VOCReader.labelFiles(in: path).first {
      let isCVAT = labels == "annotations.xml" && FilePath.exists(FilePath.joined(path, labels))
      return try isCVAT ? guess(file: FilePath.joined(path, labels)) : .voc
    }
    if try !COCOReader.jsonFiles(in: path).isEmpty { return .coco }
    let tables = try FilePath.files(in: path, extensions: ["csv"]).compactMap {
      table(try CSVFile.header(of: FilePath.joined(path, $0)))
    }
    if let first = tables.first { return first }
    if try !YOLOFiles.darknetFolders(in: path).isEmpty { return .yolo }
    if let format = try guess(textIn: path) { return format }
    let folders = subfolders(of: path)
    let layout = try? TextLabelLayout(at: path, options: DatasetReadingOptions())
    let bare = layout.flatMap { $0.labelFiles.isEmpty ? "; it holds \($0.withoutLabels)" : nil } ?? ""
    throw DatasetError(
      path: path,
      problem: "found neither VOC .xml files, nor a COCO .json file, nor a .csv file of a known form, nor label .txt "
        + "files; state the format or give the folder that holds them"
        + (folders.isEmpty ? "" : "; there are the folders " + folders.joined(separator: ", ")) + bare)
  }

  private static func guess(file path: String) throws -> DatasetFormat {
    switch FilePath.fileExtension(of: path) {
    case "json": return .coco
    case "yaml", "yml", "names", "data": return .yolo
    case "csv":
      let header = try CSVFile.header(of: path)
      if let format = table(header) { return format }
      throw DatasetError(
        path: path, line: 1,
        problem: "the columns \(header.joined(separator: ",")); expected those of Open Images, "
          + OpenImagesReader.requiredColumns.joined(separator: ",") + ", or our own, "
          + CSVReader.requiredColumns.joined(separator: ","))
    case "xml":
      if try XMLElement.rootName(path: path) == "annotations" { return .cvat }
      throw DatasetError(path: path, problem: "is not CVAT's XML; of VOC give the folder that holds the .xml files")
    default:
      throw DatasetError(
        path: path,
        problem: "expected a folder, a COCO .json file, a YOLO .yaml file, a .csv file or CVAT's .xml file; "
          + "state the format otherwise")
    }
  }

  private static func table(_ header: [String]) -> DatasetFormat? {
    let columns = Set(header)
    if columns.isSuperset(of: OpenImagesReader.requiredColumns) { return .openImages }
    return columns.isSuperset(of: CSVReader.requiredColumns) ? .csv : nil
  }

  /// By the first lines of up to 50 label files.
  private static func guess(textIn path: String) throws -> DatasetFormat? {
    var ignored = DatasetAudit()
    // Without images label files are known by their form alone: text files lie about in many folders.
    let layout = try? TextLabelLayout(at: path, options: DatasetReadingOptions())
    var files = layout?.pairs(audit: &ignored).compactMap(\.label) ?? []
    let haveImages = !files.isEmpty
    if !haveImages { files = try TextBoxReader.labelFiles(in: path).map { FilePath.joined(path, $0) } }
    var mayBePCB = true
    var seen = 0
    for file in files.prefix(50) {
      let lines = try TextFile(path: file).lines
      guard let fields = lines.lazy.map(\.fields).first(where: { !$0.isEmpty }) else { continue }
      let numbers = fields.compactMap { Double($0) }
      let words = fields.count - numbers.count
      // A name before four numbers, and fractions or pixels after an index.
      if fields.count > 4, words > 0, fields.suffix(4).allSatisfy({ Double($0) != nil }) { return .text }
      guard words == 0, fields.count >= 5 else {
        if !haveImages { return nil }
        continue
      }
      seen += 1
      // Fractions lie in [0, 1], or a little outside of it where a label is wrong.
      let isWhole = numbers.allSatisfy { Int(exactly: $0) != nil }
      guard numbers.dropFirst().contains(where: { abs($0) > (isWhole ? 1 : 2) }) else { return .yolo }
      // Corners rise; the corner and size of a small object far from the origin do not.
      mayBePCB =
        mayBePCB && fields.count == 5 && isWhole && numbers[0] < numbers[2]
        && numbers[1] < numbers[3] && numbers[4] >= 1
    }
    guard seen > 0 else { return haveImages ? .yolo : nil }
    guard mayBePCB else { return .text }
    if haveImages { return .deepPCB }
    throw DatasetError(
      path: path,
      problem: "five whole numbers a line may be 'class x y width height' (format text) or 'x1 y1 x2 y2 class' "
        + "(format deeppcb, with images); state the format")
  }

  private static func subfolders(of path: String) -> [String] {
    let names = (try? FilePath.files(in: path, extensions: [""])) ?? []
    return names.filter { FilePath.isFolder(FilePath.joined(path, $0)) }
  }
}
