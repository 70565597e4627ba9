import DetectionUtilities
import Foundation
import ImageCodecs
import JSONScanning

/// One JSON file of the labelling program LabelMe: an image and a list of shapes.
struct LabelMeFile {
  struct Object {
    var label: String
    var box: BoundingBox
    var line: Int?
  }

  let path: String
  /// As the file has it, with `/` between folders.
  private(set) var imagePath: String?
  /// Nil where the file does not state it.
  private(set) var size: ImageSize?
  private(set) var objects: [Object] = []

  /// - Throws: ``DatasetError`` where the file is no JSON or not LabelMe's; outside of an audit also for a shape that
  ///   cannot be understood.
  init(path: String, audit: inout DatasetAudit) throws {
    self.path = path
    var scanner = try JSONFileScanner(path: path)
    var (width, height) = (Int?.none, Int?.none)
    var hasShapes = false
    var file = try scanner.beginObject()
    while let key = try scanner.nextKey(&file) {
      if key == "shapes" {
        hasShapes = true
        try readShapes(&scanner, audit: &audit)
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

  private mutating func readShapes(_ scanner: inout JSONFileScanner, audit: inout DatasetAudit) throws {
    var groups: Set<String> = []
    var level = try scanner.beginRecords("shapes")
    while try scanner.nextRecord(&level) {
      do {
        let shape = try LabelMeShape(&scanner)
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
        if let group = shape.group, !groups.insert("\(group) \(shape.label)").inserted {
          audit.add(.severalBoxesInObject, at: place.with("group_id \(group) of '\(shape.label)'"))
        }
        objects.append(Object(label: shape.label, box: box, line: scanner.mark.line))
      } catch let error as DatasetError where error.byteOffset == nil {
        _ = try audit.tolerating { _ in throw error }
        try scanner.skipRecord()
      }
    }
  }
}

/// One entry of a LabelMe file's `shapes`.
///
/// Boxes are those around the points of a rectangle, polygon, turned box or mask, and around a circle, of which the file
/// has the centre and a point of its rim.
struct LabelMeShape {
  let label: String
  /// LabelMe's `shape_type`.
  let kind: String
  let group: Int?
  /// Nil for lines, points and what else has none.
  let box: BoundingBox?

  init(_ scanner: inout JSONFileScanner) throws {
    var (label, kind, group, points) = (String?.none, String?.none, Int?.none, [Double]?.none)
    var pointsOffset = scanner.offset
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "label" {
        label = try scanner.string()
      } else if key == "shape_type" {
        kind = scanner.skipNull() ? nil : try scanner.string()
      } else if key == "group_id" {
        group = scanner.skipNull() ? nil : try scanner.integer()
      } else if key == "points" {
        _ = scanner.peek()
        pointsOffset = scanner.offset
        points = try LabelMeShape.points(&scanner)
      } else {
        try scanner.skipValue()
      }
    }
    guard let label, !label.trimmed.isEmpty else {
      throw scanner.recordFailure("has no 'label'; expected a class name")
    }
    guard let points else { throw scanner.recordFailure("has no key 'points'") }
    self.label = label
    self.group = group
    // Early versions drew nothing but polygons, and did not say so.
    self.kind = kind ?? "polygon"
    let fewest: Int
    switch self.kind {
    case "rectangle", "mask", "circle": fewest = 2
    case "polygon", "rotation": fewest = 3
    default:
      box = nil
      return
    }
    guard points.count >= 2 * fewest, self.kind != "circle" || points.count == 4 else {
      let end = scanner.offset
      scanner.move(to: pointsOffset)
      defer { scanner.move(to: end) }
      throw scanner.failure("has \(points.count / 2) points; expected \(fewest) for a \(self.kind)", joinedBy: " ")
    }
    guard self.kind == "circle" else {
      box = BoundingBox(around: points)
      return
    }
    let radius = hypot(points[2] - points[0], points[3] - points[1])
    box = BoundingBox(
      x1: points[0] - radius, y1: points[1] - radius, x2: points[0] + radius, y2: points[1] + radius)
  }

  /// x and y in turn.
  private static func points(_ scanner: inout JSONFileScanner) throws -> [Double] {
    var points: [Double] = []
    var level = try scanner.beginList()
    while try scanner.hasNext(&level) {
      _ = scanner.peek()
      let offset = scanner.offset
      let point = try scanner.list { try $0.number() }
      guard point.count == 2 else {
        scanner.move(to: offset)
        throw scanner.failure("has \(point.count) numbers; expected [x, y]", joinedBy: " ")
      }
      points += point
    }
    return points
  }
}
