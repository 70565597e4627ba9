/// Reads Darknet's label files: `class centre-x centre-y width height` a line, fractions of the image's size.
///
/// Longer lines are polygons, oriented boxes or boxes with keypoints, as newer programs write them (``YOLOLineKind``): the
/// box around the points is taken, or the box that stands there. A class may be given by its name.
enum YOLOReader {
  static func read(
    at path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    var names: [String]?
    var folder = path
    if !FilePath.isFolder(path) {
      folder = FilePath.folder(of: path)
      names = try ClassNamesFile.read(
        FilePath.fileExtension(of: path) == "data" ? try darknetNames(path) : path)
    }
    folder = try darknetFolder(in: folder) ?? folder
    let layout = try TextLabelLayout(at: folder, options: options)
    let found = try names == nil ? ClassNamesFile.find(near: folder, levels: 3) : nil
    names = names ?? found?.names
    let list = found?.path ?? (FilePath.isFolder(path) ? nil : path)
    let files = try layout.pairs(audit: &audit).map { image, label in
      try YOLOLabels.File(image: image, path: label, names: names ?? fixedNames, audit: &audit)
    }
    let labels = try YOLOLabels(
      files, names: names, fixedNames: fixedNames, keypointShape: list.flatMap(YOLOKeypointShape.read), path: path,
      audit: &audit)
    return DatasetSource(classes: labels.classes, images: labels.images, boxForm: .centreAndSize)
  }

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
        return FilePath.joined(FilePath.folder(of: path), FilePath.lastComponent(of: parts[1]))
      }
    }
    throw DatasetError(path: path, problem: "has no line 'names = FILE'; expected where the class names are")
  }
}
