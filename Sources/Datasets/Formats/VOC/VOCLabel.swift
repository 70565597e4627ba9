import DetectionUtilities
import ImageCodecs

/// One label file of PASCAL VOC.
///
/// An `<object>` with several boxes is as many objects; boxes of its `<part>`s are none. Where it has no `<bndbox>`, the
/// upright box around its `<robndbox>` (centre, size and an angle in radians, as roLabelImg writes it) or `<polygon>` is
/// taken.
struct VOCLabel {
  struct Object {
    var className: String
    var box: BoundingBox
    var isDifficult: Bool
    var line: Int
    /// The place of its `<object>` in the file, from 1; nil of an `<object>` with several boxes.
    var number: Int?
    /// The outline, where the file has that in place of a box.
    var outline: [Double]?
  }

  /// What an `<object>` says of where it is.
  private struct Place {
    var box: BoundingBox
    var line: Int
    var outline: [Double]?
  }

  var path: String
  var fileName: String?
  /// Where the image was when it was labelled.
  var imagePath: String?
  /// Nil where the file has none, or zeros as some programs write.
  var size: ImageSize?
  var objects: [Object] = []
  /// The `<object>`s, those included that are left out.
  private(set) var objectCount = 0

  init(path: String, audit: inout DatasetAudit) throws {
    self.path = path
    let root = try XMLElement.read(path: path)
    guard root.name == "annotation" else {
      throw root.failure("expected <annotation>, found <\(root.name)>", path: path)
    }
    fileName = root.first("filename").map(\.text.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    imagePath = root.first("path").map(\.text.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    size = try audit.tolerating { try Self.size(in: root, path: path, audit: &$0) } ?? nil
    for object in root.all("object") {
      objectCount += 1
      let number = objectCount
      objects += try audit.tolerating { try Self.objects(object, number: number, path: path, audit: &$0) } ?? []
    }
  }

  private static func size(in root: XMLElement, path: String, audit: inout DatasetAudit) throws -> ImageSize? {
    guard let element = root.first("size") else {
      audit.add(.unstatedSize, at: DatasetPlace(file: path, line: root.line, detail: "no <size>"))
      return nil
    }
    let width = try number("width", in: element, path: path)
    let height = try number("height", in: element, path: path)
    guard let whole = Int(exactly: width), let high = Int(exactly: height), whole > 0, high > 0 else {
      let detail = "<size> is \(width.shortestText)×\(height.shortestText)"
      audit.add(.unstatedSize, at: DatasetPlace(file: path, line: element.line, detail: detail))
      return nil
    }
    return ImageSize(width: whole, height: high)
  }

  private static func objects(
    _ object: XMLElement, number: Int, path: String, audit: inout DatasetAudit
  ) throws -> [Object] {
    guard let name = object.first("name")?.text.trimmed, !name.isEmpty else {
      throw object.failure("this <object> has no <name>", path: path)
    }
    let boxes = try boxes(of: object, path: path, audit: &audit)
    if boxes.count > 1 {
      let detail = "\(boxes.count) boxes of '\(name)' in one <object>"
      for box in boxes.dropFirst() {
        audit.add(.severalBoxesInObject, at: DatasetPlace(file: path, line: box.line, detail: detail))
      }
    }
    let isDifficult = object.first("difficult")?.text.trimmed == "1"
    return boxes.map {
      Object(
        className: name, box: $0.box, isDifficult: isDifficult, line: $0.line, number: boxes.count == 1 ? number : nil,
        outline: $0.outline)
    }
  }

  private static func boxes(
    of object: XMLElement, path: String, audit: inout DatasetAudit
  ) throws -> [Place] {
    let bounds = object.all("bndbox")
    if !bounds.isEmpty {
      return try bounds.enumerated().map { index, bounds in
        let box = BoundingBox(
          x1: try number("xmin", in: bounds, path: path), y1: try number("ymin", in: bounds, path: path),
          x2: try number("xmax", in: bounds, path: path), y2: try number("ymax", in: bounds, path: path))
        return Place(box: box, line: index == 0 ? object.line : bounds.line)
      }
    }
    for turned in object.all("robndbox") { audit.add(.turnedBox, at: DatasetPlace(file: path, line: turned.line)) }
    let turned = try object.all("robndbox").map { box in
      let box = BoundingBox(
        centerX: try number("cx", in: box, path: path), centerY: try number("cy", in: box, path: path),
        width: try number("w", in: box, path: path), height: try number("h", in: box, path: path),
        turnedBy: try number("angle", in: box, path: path))
      return Place(box: box, line: object.line)
    }
    if !turned.isEmpty { return turned }
    let polygons = try object.all("polygon").map { polygon in
      let points = try points(of: polygon, path: path)
      guard let box = BoundingBox(around: points) else {
        throw polygon.failure("<polygon> has no points; expected an x and a y for each", path: path)
      }
      return Place(box: box, line: object.line, outline: points)
    }
    for polygon in object.all("polygon") { audit.add(.polygonLabel, at: DatasetPlace(file: path, line: polygon.line)) }
    if !polygons.isEmpty { return polygons }
    let others = ["segm", "points", "keypoints", "point", "line", "polyline", "mask", "actions", "part"]
    if let other = object.children.first(where: { others.contains($0.name) }) {
      audit.leaveOut(other.name, at: DatasetPlace(file: path, line: object.line))
      return []
    }
    throw object.failure("this <object> has no <bndbox>", path: path)
  }

  /// x and y in turn, of `<x1>`, `<y1>`, `<x2>`, … or of `<pt>` with `<x>` and `<y>`.
  private static func points(of polygon: XMLElement, path: String) throws -> [Double] {
    var points: [Double] = []
    for child in polygon.children {
      if child.first("x") != nil || child.first("y") != nil {
        points += [try number("x", in: child, path: path), try number("y", in: child, path: path)]
      } else if child.name.wholeMatch(of: /[xy][0-9]+/) != nil {
        points.append(try number(child, path: path))
      }
    }
    return points
  }

  private static func number(_ name: String, in element: XMLElement, path: String) throws -> Double {
    guard let child = element.first(name) else {
      throw element.failure("<\(element.name)> has no <\(name)>", path: path)
    }
    return try number(child, path: path)
  }

  private static func number(_ element: XMLElement, path: String) throws -> Double {
    guard let value = Double(element.text.trimmed) else {
      throw element.failure("<\(element.name)> is '\(element.text.trimmed)'; expected a number", path: path)
    }
    return value
  }
}
