/// How a dataset's labels are written down.
public enum DatasetFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// PASCAL VOC: one XML file an image, in `Annotations` with the images in `JPEGImages` or `Images` beside it, or all
  /// in one folder. Coordinates are taken as written, as continuous corners: labelling programs write them so, whatever
  /// the 1-based pixel indices of the original challenge.
  case voc
  /// COCO: one JSON file; or a folder with one and the images, in a folder of their own or beside it.
  case coco
  /// One text file an image, in `labels` beside `images` or all in one folder: `class centre-x centre-y width height` a
  /// line, coordinates as fractions of the image's size.
  case yolo
  /// One text file an image, in `labels` beside `images`: `x1 y1 x2 y2 class` a line, whole pixels, classes from 1. The
  /// form of the DeepPCB set of printed-circuit defects.
  case deepPCB = "deeppcb"
}

extension DatasetFormat {
  /// The format that the files at a path seem to have.
  ///
  /// - Throws: ``DatasetError`` where nothing is there, or nothing that one of the formats would have.
  public static func guess(at path: String) throws -> DatasetFormat {
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    guard FilePath.isFolder(path) else {
      switch FilePath.fileExtension(of: path) {
      case "json": return .coco
      case "yaml", "yml", "names": return .yolo
      default:
        throw DatasetError(
          path: path, problem: "expected a folder, a COCO .json file or a YOLO .yaml file; state the format otherwise")
      }
    }
    let annotations = FilePath.joined(path, "Annotations")
    if FilePath.isFolder(annotations), try !FilePath.files(in: annotations, extensions: ["xml"]).isEmpty {
      return .voc
    }
    if try !FilePath.files(in: path, extensions: ["xml"]).isEmpty { return .voc }
    if try !COCOReader.jsonFiles(in: path).isEmpty { return .coco }
    // One label file that belongs to an image is enough; text files lie about in many folders.
    if let layout = try? TextLabelLayout(at: path, options: DatasetReadingOptions()) {
      var ignored = DatasetAudit()
      let labels = layout.pairs(audit: &ignored).compactMap(\.label)
      for label in labels.prefix(50) {
        let text = try TextFile(path: label)
        guard let fields = text.lines.lazy.map(\.fields).first(where: { !$0.isEmpty }) else { continue }
        let corners = fields.prefix(4).compactMap { Int($0) }
        // Fractions of an image lie in [0, 1], so four whole numbers of which one is larger are pixels.
        return fields.count == 5 && corners.count == 4 && corners.contains { $0 > 1 } ? .deepPCB : .yolo
      }
      if !labels.isEmpty { return .yolo }
    }
    let folders = subfolders(of: path)
    throw DatasetError(
      path: path,
      problem: "found neither VOC .xml files, nor a COCO .json file, nor label .txt files beside images; "
        + "state the format or give the folder that holds them"
        + (folders.isEmpty ? "" : "; there are the folders " + folders.joined(separator: ", ")))
  }

  private static func subfolders(of path: String) -> [String] {
    let names = (try? FilePath.files(in: path, extensions: [""])) ?? []
    return names.filter { FilePath.isFolder(FilePath.joined(path, $0)) }
  }
}
