import DetectionUtilities
import ImageCodecs
import JSONScanning

/// One JSON file of the labelling program LabelMe: an image and a list of shapes.
struct LabelMeFile {
  struct Object {
    var label: String
    var box: BoundingBox
    var line: Int?
    /// Where masks are asked for.
    var mask: WrittenMask?
    var isRectangle = false
  }

  let path: String
  /// As the file has it, with `/` between folders.
  private(set) var imagePath: String?
  /// Nil where the file does not state it.
  private(set) var size: ImageSize?
  private(set) var objects: [Object] = []

  /// - Throws: ``DatasetError`` where the file is no JSON or not LabelMe's; outside of an audit also for a shape that
  ///   cannot be understood.
  init(path: String, readsMasks: Bool, audit: inout DatasetAudit) throws {
    self.path = path
    var scanner = try JSONFileScanner(path: path)
    var (width, height) = (Int?.none, Int?.none)
    var hasShapes = false
    var file = try scanner.beginObject()
    while let key = try scanner.nextKey(&file) {
      if key == "shapes" {
        hasShapes = true
        try readShapes(&scanner, readsMasks: readsMasks, audit: &audit)
      } else if key == "imagePath" {
        imagePath = scanner.skipNull() ? nil : try scanner.string().replacing("\\", with: "/")
      } else if key == "imageWidth" {
        width = scanner.skipNull() ? nil : try scanner.integer()
      } else if key == "imageHeight" {
        height = scanner.skipNull() ? nil : try scanner.integer()
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.finish()
    guard hasShapes else {
      throw DatasetError(path: path, problem: "the file has no key 'shapes'; expected LabelMe's JSON")
    }
    if let width, let height, width > 0, height > 0 {
      size = ImageSize(width: width, height: height)
    } else if width != nil || height != nil {
      let detail = "imageWidth \(width ?? 0), imageHeight \(height ?? 0)"
      audit.add(.unstatedSize, at: DatasetPlace(file: path, detail: detail))
    }
  }

  /// Whether a JSON file is LabelMe's rather than COCO's, by the first key that only one of them has; nil where there is
  /// none before the file ends or breaks off.
  static func isLabelMe(_ path: String) -> Bool? {
    guard var scanner = try? JSONFileScanner(path: path), var level = try? scanner.beginObject() else { return nil }
    while let key = try? scanner.nextKey(&level) {
      if key == "shapes" || key == "imagePath" || key == "imageData" { return true }
      if key == "images" || key == "annotations" || key == "categories" { return false }
      guard (try? scanner.skipValue()) != nil else { return nil }
    }
    return nil
  }

  /// As LabelMe's own converter to COCO has it, shapes of one label and group are one object where masks are asked for, rectangles
  /// excepted. In an audit, which looks at every shape, they are not.
  private mutating func readShapes(
    _ scanner: inout JSONFileScanner, readsMasks: Bool, audit: inout DatasetAudit
  ) throws {
    // The first object of each.
    var groups: [String: Int] = [:]
    var level = try scanner.beginRecords("shapes")
    while try scanner.nextRecord(&level) {
      do {
        let shape = try LabelMeShape(&scanner, readsMasks: readsMasks)
        scanner.markRecord()
        let place = DatasetPlace(file: path, line: scanner.mark.line, column: scanner.mark.column)
        guard let box = shape.box else {
          audit.leaveOut(shape.kind, at: place)
          continue
        }
        if shape.kind == "rotation" {
          audit.add(.turnedBox, at: place)
        } else if shape.kind != "rectangle" {
          audit.add(.polygonLabel, at: place)
        }
        if let group = shape.group {
          let key = "\(group) \(shape.label)"
          if let first = groups[key] {
            if !audit.isThorough, shape.kind != "rectangle", objects[first].add(shape.mask, box: box) { continue }
            audit.add(.severalBoxesInObject, at: place.with("group_id \(group) of '\(shape.label)'"))
          } else {
            groups[key] = objects.count
          }
        }
        objects.append(
          Object(
            label: shape.label, box: box, line: scanner.mark.line, mask: shape.mask,
            isRectangle: shape.kind == "rectangle"))
      } catch let error as DatasetError where error.byteOffset == nil {
        _ = try audit.tolerating { _ in throw error }
        try scanner.skipRecord()
      }
    }
  }
}

extension LabelMeFile.Object {
  /// Takes a further shape of the same object.
  ///
  /// - Returns: False where they stay apart: one of them has no mask, or is a rectangle.
  fileprivate mutating func add(_ other: WrittenMask?, box otherBox: BoundingBox) -> Bool {
    guard let mask, let other, !isRectangle else { return false }
    if case .union(let parts) = mask { self.mask = .union(parts + [other]) } else { self.mask = .union([mask, other]) }
    box = BoundingBox(
      x1: min(box.x1, otherBox.x1), y1: min(box.y1, otherBox.y1), x2: max(box.x2, otherBox.x2),
      y2: max(box.y2, otherBox.y2))
    return true
  }
}
