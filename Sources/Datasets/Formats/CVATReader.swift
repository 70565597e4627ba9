import DetectionUtilities
import Foundation
import ImageCodecs

/// Reads the labelling program CVAT's own XML, version 1.1 "for images".
///
/// Of polygons, ellipses and turned boxes the upright box around them is taken. Tags, which belong to whole images, are
/// passed over.
enum CVATReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = FilePath.isFolder(path) ? FilePath.joined(path, "annotations.xml") : path
    let root = try XMLElement.read(path: file)
    guard root.name == "annotations" else {
      throw DatasetError(path: file, line: root.line, problem: "expected <annotations>, found <\(root.name)>")
    }
    if let track = root.first("track") {
      throw DatasetError(
        path: file, line: track.line, problem: "<track> is of CVAT's form for videos; expected the form for images")
    }
    let here = FilePath.folder(of: file)
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(here, "images")], last: here)
    var classNames = root.first("meta").map { labelNames(in: $0) } ?? []
    var indices = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }

    let paths = try folder.paths(
      of: root.all("image").compactMap { $0.attributes["name"]?.trimmed }, listedIn: file,
      isNeeded: options.requiresImages, audit: &audit)
    var images: [DatasetSource.Image] = []
    for element in root.all("image") {
      let shape = Shape(element: element, path: file)
      let name = try shape.text("name")
      let sides = [try shape.number("width"), try shape.number("height")].compactMap { Int(exactly: $0) }
      guard sides.count == 2, sides.allSatisfy({ $0 > 0 }) else {
        throw shape.failure("<image> '\(name)' has no size in whole pixels above 0")
      }
      var image = DatasetSource.Image(
        path: paths[name] ?? name, labelPath: file, declaredSize: ImageSize(width: sides[0], height: sides[1]),
        objects: [])
      for child in element.children where child.name != "tag" {
        let shape = Shape(element: child, path: file)
        let label = try shape.text("label")
        if indices[label] == nil {
          indices[label] = classNames.count
          classNames.append(label)
        }
        let (box, isUpright) = try shape.box()
        if !isUpright { audit.add(.polygonLabel, at: "\(file):\(child.line)") }
        image.objects.append(DatasetSource.Object(box: box, classIndex: indices[label], line: child.line))
      }
      images.append(image)
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  /// The names of `<labels>`, wherever in `<meta>` this version of the program puts it, in its order.
  private static func labelNames(in meta: XMLElement) -> [String] {
    var seen: Set<String> = []
    var names: [String] = []
    var open = [meta]
    while let element = open.popLast() {
      if element.name == "labels" {
        for name in element.all("label").compactMap({ $0.first("name")?.text.trimmed }) where !name.isEmpty {
          if seen.insert(name).inserted { names.append(name) }
        }
      } else {
        open += element.children.reversed()
      }
    }
    return names
  }

  /// One element with its attributes.
  private struct Shape {
    let element: XMLElement
    let path: String

    func failure(_ problem: String) -> DatasetError {
      DatasetError(path: path, line: element.line, problem: problem)
    }

    func text(_ name: String) throws -> String {
      guard let value = element.attributes[name]?.trimmed, !value.isEmpty else {
        throw failure("<\(element.name)> has no attribute '\(name)'")
      }
      return value
    }

    func number(_ name: String) throws -> Double {
      let value = try text(name)
      guard let number = Double(value) else {
        throw failure("the attribute '\(name)' is '\(value)'; expected a number")
      }
      return number
    }

    /// The upright box around the shape, and whether the shape is one.
    func box() throws -> (BoundingBox, isUpright: Bool) {
      switch element.name {
      case "box":
        let box = BoundingBox(
          x1: try number("xtl"), y1: try number("ytl"), x2: try number("xbr"), y2: try number("ybr"))
        let degrees = element.attributes["rotation"] == nil ? 0 : try number("rotation")
        if degrees == 0 { return (box, true) }
        return (turned(width: box.width, height: box.height, x: box.centerX, y: box.centerY, degrees: degrees), false)
      case "polygon":
        let points = try text("points").split(separator: ";").map { pair in
          let numbers = pair.split(separator: ",").compactMap { Double($0) }
          guard numbers.count == 2 else { throw failure("the point '\(pair)'; expected 'x,y'") }
          return (x: numbers[0], y: numbers[1])
        }
        let (x, y) = (points.map(\.x), points.map(\.y))
        guard let x1 = x.min(), let x2 = x.max(), let y1 = y.min(), let y2 = y.max() else {
          throw failure("<polygon> has no points")
        }
        return (BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2), false)
      case "ellipse":
        let (x, y, radiusX, radiusY) = (try number("cx"), try number("cy"), try number("rx"), try number("ry"))
        let degrees = element.attributes["rotation"] == nil ? 0 : try number("rotation")
        guard degrees == 0 else {
          throw failure("a turned <ellipse>; expected one that is upright")
        }
        return (BoundingBox(x1: x - radiusX, y1: y - radiusY, x2: x + radiusX, y2: y + radiusY), false)
      case "mask":
        let (x, y) = (try number("left"), try number("top"))
        return (BoundingBox(x1: x, y1: y, x2: x + (try number("width")), y2: y + (try number("height"))), false)
      default:
        throw failure("<\(element.name)> has no box; expected <box>, <polygon>, <ellipse> or <mask>")
      }
    }

    /// The upright box around one that is turned about its centre.
    private func turned(width: Double, height: Double, x: Double, y: Double, degrees: Double) -> BoundingBox {
      let (sine, cosine) = (abs(sin(degrees * .pi / 180)), abs(cos(degrees * .pi / 180)))
      let halfWidth = (width * cosine + height * sine) / 2
      let halfHeight = (width * sine + height * cosine) / 2
      return BoundingBox(x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight)
    }
  }
}
