import ImageCodecs

/// Reads the labelling program CVAT's own XML, version 1.1, "for images" and "for video".
///
/// Of polygons, ellipses, masks and turned boxes the upright box around them is taken, and of all but boxes the mask. Lines, points, skeletons, cuboids
/// and tags, which belong to whole images, have no box: they are left out and counted.
enum CVATReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = FilePath.isFolder(path) ? FilePath.joined(path, "annotations.xml") : path
    let root = try XMLElement.read(path: file)
    guard root.name == "annotations" else {
      throw root.failure("expected <annotations>, found <\(root.name)>", path: file)
    }
    let here = FilePath.folder(of: file)
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(here, "images")], last: here)
    let paths = try folder.paths(
      of: root.all("image").compactMap { $0.attributes["name"]?.trimmed }, listedIn: file,
      isNeeded: options.requiresImages, audit: &audit)
    var labels = CVATLabels(root.first("meta").map { labelNames(in: $0) } ?? [])
    var images: [DatasetSource.Image] = []
    for element in root.all("image") {
      let read = try audit.tolerating {
        try image(element, file: file, paths: paths, readsMasks: options.readsMasks, labels: &labels, audit: &$0)
      }
      if let read { images.append(read) }
    }
    if root.first("track") != nil || root.first("image") == nil && CVATVideo.isStated(in: root) {
      let video = try CVATVideo(root, path: file)
      images += try video.images(in: folder, labels: &labels, options: options, audit: &audit)
    }
    return DatasetSource(
      classes: labels.names.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  private static func image(
    _ element: XMLElement, file: String, paths: [String: String], readsMasks: Bool, labels: inout CVATLabels,
    audit: inout DatasetAudit
  ) throws -> DatasetSource.Image {
    let shape = CVATShape(element: element, path: file)
    let name = try shape.text("name")
    let sides = [try shape.number("width"), try shape.number("height")].compactMap { Int(exactly: $0) }
    guard sides.count == 2, sides.allSatisfy({ $0 > 0 }) else {
      throw shape.failure("<image> '\(name)' has no size in whole pixels above 0")
    }
    var image = DatasetSource.Image(
      path: paths[name] ?? name, labelPath: file,
      declaredSize: ImageSize(width: sides[0], height: sides[1]), objects: [])
    for child in element.children {
      let shape = CVATShape(element: child, path: file)
      guard shape.hasBox else {
        audit.leaveOut(child.name, at: shape.place)
        continue
      }
      let object = try audit.tolerating { audit in
        let label = try shape.text("label")
        let (box, finding) = try shape.box()
        if let finding { audit.add(finding, at: shape.place) }
        return DatasetSource.Object(
          box: box, classIndex: labels.index(of: label), line: child.line, mask: readsMasks ? try shape.mask() : nil)
      }
      if let object { image.objects.append(object) }
    }
    return image
  }

  /// The names of `<labels>`, wherever in `<meta>` this version of the program puts it, in its order. Those of a
  /// skeleton's points are none.
  private static func labelNames(in meta: XMLElement) -> [String] {
    var seen: Set<String> = []
    var names: [String] = []
    var open = [meta]
    while let element = open.popLast() {
      if element.name == "labels" {
        for label in element.all("label") where label.first("parent") == nil {
          guard let name = label.first("name")?.text.trimmed, !name.isEmpty else { continue }
          if seen.insert(name).inserted { names.append(name) }
        }
      } else {
        open += element.children.reversed()
      }
    }
    return names
  }
}

/// The class names of a file: those that it lists, then others in the order in which they are met.
struct CVATLabels {
  private(set) var names: [String]
  private var indices: [String: Int]

  init(_ names: [String]) {
    self.names = names
    indices = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  mutating func index(of name: String) -> Int {
    if let index = indices[name] { return index }
    indices[name] = names.count
    names.append(name)
    return names.count - 1
  }
}
