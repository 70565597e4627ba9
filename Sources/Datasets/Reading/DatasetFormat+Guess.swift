extension DatasetFormat {
  /// The format that the files at a path seem to have.
  ///
  /// - Throws: ``DatasetError`` where nothing is there, nothing that one of the formats would have, or what two of them
  ///   might.
  public static func guess(at path: String) throws -> DatasetFormat {
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    guard FilePath.isFolder(path) else { return try guess(file: path) }
    if PennFudanReader.isSet(path) { return .pennFudan }
    if let labels = try VOCReader.labelFiles(in: path).first {
      let isCVAT = labels == "annotations.xml" && FilePath.exists(FilePath.joined(path, labels))
      return try isCVAT ? guess(file: FilePath.joined(path, labels)) : .voc
    }
    let jsonFiles = try COCOReader.jsonFiles(in: path)
    if !jsonFiles.isEmpty { return try guess(jsonFiles: jsonFiles, in: path) }
    let tables = try FilePath.files(in: path, extensions: ["csv"]).compactMap {
      table(try CSVFile.header(of: FilePath.joined(path, $0)))
    }
    if let first = tables.first { return first }
    if try !YOLOFiles.darknetFolders(in: path).isEmpty { return .yolo }
    if let format = try guess(textIn: path) { return format }
    if let first = try LabelMeReader.labelFiles(in: path).first,
      LabelMeFile.isLabelMe(FilePath.joined(path, first)) == true
    {
      return .labelMe
    }
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
    case "json": return LabelMeFile.isLabelMe(path) == true ? .labelMe : .coco
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

  /// LabelMe has one file an image, COCO one for all of them.
  private static func guess(jsonFiles files: [String], in path: String) throws -> DatasetFormat {
    let known = files.prefix(50).map { (path: $0, isLabelMe: LabelMeFile.isLabelMe($0)) }
    guard let labelMe = known.first(where: { $0.isLabelMe == true }) else { return .coco }
    guard let other = known.first(where: { $0.isLabelMe == false }) else { return .labelMe }
    throw DatasetError(
      path: path,
      problem: "\(FilePath.lastComponent(of: labelMe.path)) is LabelMe's, "
        + "\(FilePath.lastComponent(of: other.path)) is not; state the format (labelme or coco)")
  }

  /// The format of a table with these columns.
  static func table(_ header: [String]) -> DatasetFormat? {
    let columns = Set(header)
    if columns.isSuperset(of: OpenImagesReader.requiredColumns) { return .openImages }
    return columns.isSuperset(of: CSVReader.requiredColumns) ? .csv : nil
  }

  /// By the lines of all label files, or of 50 where these are plain.
  private static func guess(textIn path: String) throws -> DatasetFormat? {
    var ignored = DatasetAudit()
    // Without images label files are known by their form alone: text files lie about in many folders.
    let layout = try? TextLabelLayout(at: path, options: DatasetReadingOptions())
    var files = layout?.pairs(audit: &ignored).compactMap(\.label) ?? []
    let hasImages = !files.isEmpty
    if !hasImages { files = try TextBoxReader.labelFiles(in: path).map { FilePath.joined(path, $0) } }
    var signs = TextLabelSigns()
    for (index, file) in files.enumerated() {
      if index >= 50, signs.isPlain { break }
      var isFirst = true
      for line in try TextFile(path: file).lines {
        let fields = line.labelFields
        guard !fields.isEmpty else { continue }
        let isLabel = signs.count(fields)
        if !isLabel, isFirst, !hasImages { return nil }
        isFirst = false
      }
    }
    let classCount = try ClassNamesFile.find(near: layout?.labelsFolder ?? path, levels: 2)?.names.count
    return try signs.format(hasImages: hasImages, classCount: classCount ?? 0, path: path)
  }

  private static func subfolders(of path: String) -> [String] {
    let names = (try? FilePath.files(in: path, extensions: [""])) ?? []
    return names.filter { FilePath.isFolder(FilePath.joined(path, $0)) }
  }
}
