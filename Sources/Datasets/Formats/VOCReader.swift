import DetectionUtilities
import ImageCodecs

/// Reads PASCAL VOC label files (Everingham et al., "The PASCAL Visual Object Classes Challenge", 2010).
///
/// `Annotations` may hold folders, as ImageNet's does; images then lie in folders of the same names. A `classes.txt` or
/// `labelmap.txt` beside them gives the order of the classes, which is by name otherwise.
enum VOCReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let labelsFolder = FilePath.folder(named: ["Annotations"], in: path) ?? path
    let labelFiles = try labelFiles(in: path)
    guard !labelFiles.isEmpty else { throw DatasetError(path: labelsFolder, problem: "holds no VOC .xml file") }
    let folder = try ImageFolder(
      stated: options.imagesFolder,
      candidates: ["JPEGImages", "Images", "images"].map { FilePath.joined(path, $0) }, last: path)

    var labelled: Set<String> = []
    var images: [DatasetSource.Image] = []
    var labels: [Label] = []
    for name in labelFiles {
      let stem = FilePath.withoutExtension(name)
      let label = try audit.tolerating { try Label(path: FilePath.joined(labelsFolder, name), audit: &$0) }
      guard let label else {
        if let file = folder.file(named: stem) { labelled.insert(file) }
        continue
      }
      // The file name inside may be wrong where the pair of files was renamed; its extension is all that is needed.
      let stated = label.fileName.map { WrittenPath($0).name }
      let found =
        folder.file(named: stem) ?? label.fileName.flatMap(folder.file) ?? label.imagePath.flatMap(folder.file)
      let absent = name.contains("/") ? FilePath.joined(FilePath.folder(of: name), stated ?? "") : stated
      guard let file = found ?? (options.requiresImages ? nil : stated == nil ? stem + ".jpg" : absent) else {
        audit.add(.labelsWithoutImage, at: label.path)
        continue
      }
      labelled.insert(file)
      labels.append(label)
      images.append(
        DatasetSource.Image(
          path: FilePath.joined(folder.path, file), labelPath: label.path, declaredSize: label.size, objects: []))
    }
    for file in folder.files where !labelled.contains(file) {
      images.append(DatasetSource.Image(path: FilePath.joined(folder.path, file), objects: []))
    }

    let listed = try ClassNamesFile.besideVOC(path) ?? []
    let classNames = listed + Set(labels.flatMap { $0.objects.map(\.className) }).subtracting(listed).sorted()
    let indices = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($0.element, $0.offset) })
    for (index, label) in labels.enumerated() {
      images[index].objects = label.objects.map { object in
        DatasetSource.Object(
          box: object.box, classIndex: indices[object.className], isDifficult: object.isDifficult, line: object.line)
      }
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  /// Relative to `Annotations` where there is one, with those in folders inside it; otherwise to the path itself.
  static func labelFiles(in path: String) throws -> [String] {
    if let annotations = FilePath.folder(named: ["Annotations"], in: path) {
      return try FilePath.filesWithin(annotations, extensions: ["xml"])
    }
    return try FilePath.files(in: path, extensions: ["xml"])
  }

  /// One label file.
  private struct Label {
    struct Object {
      var className: String
      var box: BoundingBox
      var isDifficult: Bool
      var line: Int
    }

    var path: String
    var fileName: String?
    /// Where the image was when it was labelled.
    var imagePath: String?
    /// Nil where the file has none, or zeros as some programs write.
    var size: ImageSize?
    var objects: [Object]

    init(path: String, audit: inout DatasetAudit) throws {
      self.path = path
      let root = try XMLElement.read(path: path)
      guard root.name == "annotation" else {
        throw DatasetError(path: path, line: root.line, problem: "expected <annotation>, found <\(root.name)>")
      }
      fileName = root.first("filename").map(\.text.trimmed).flatMap { $0.isEmpty ? nil : $0 }
      imagePath = root.first("path").map(\.text.trimmed).flatMap { $0.isEmpty ? nil : $0 }
      if let element = root.first("size") {
        let width = try Label.number("width", in: element, path: path)
        let height = try Label.number("height", in: element, path: path)
        if let width = Int(exactly: width), let height = Int(exactly: height), width > 0, height > 0 {
          size = ImageSize(width: width, height: height)
        }
      }
      objects = try root.all("object").compactMap { object in
        try audit.tolerating { _ in try Label.object(object, path: path) }
      }
    }

    private static func object(_ object: XMLElement, path: String) throws -> Object {
      guard let name = object.first("name")?.text.trimmed, !name.isEmpty else {
        throw DatasetError(path: path, line: object.line, problem: "this <object> has no <name>")
      }
      guard let bounds = object.first("bndbox") else {
        throw DatasetError(path: path, line: object.line, problem: "this <object> has no <bndbox>")
      }
      return Object(
        className: name,
        box: BoundingBox(
          x1: try number("xmin", in: bounds, path: path), y1: try number("ymin", in: bounds, path: path),
          x2: try number("xmax", in: bounds, path: path), y2: try number("ymax", in: bounds, path: path)),
        isDifficult: object.first("difficult")?.text.trimmed == "1", line: object.line)
    }

    private static func number(_ name: String, in element: XMLElement, path: String) throws -> Double {
      guard let child = element.first(name) else {
        throw DatasetError(path: path, line: element.line, problem: "<\(element.name)> has no <\(name)>")
      }
      guard let value = Double(child.text.trimmed) else {
        throw DatasetError(
          path: path, line: child.line, problem: "<\(name)> is '\(child.text.trimmed)'; expected a number")
      }
      return value
    }
  }
}
