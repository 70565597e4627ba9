import DetectionUtilities
import Foundation

/// One element of CVAT's XML with its attributes: an image, or a shape in one.
struct CVATShape {
  /// What has no box; CVAT may know more.
  private static let shapesWithBox: Set<String> = ["box", "polygon", "ellipse", "mask"]

  let element: XMLElement
  let path: String

  var place: DatasetPlace { DatasetPlace(file: path, line: element.line) }
  var hasBox: Bool { CVATShape.shapesWithBox.contains(element.name) }

  func failure(_ problem: String) -> DatasetError { element.failure(problem, path: path) }

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

  /// A number of a frame and the like.
  func index(_ name: String) throws -> Int {
    guard let index = Int(exactly: try number(name)), index >= 0 else {
      throw failure("the attribute '\(name)' is '\(try text(name))'; expected a whole number from 0")
    }
    return index
  }

  func flag(_ name: String) -> Bool { ["1", "true"].contains(element.attributes[name]?.trimmed.lowercased()) }

  /// In degrees.
  func rotation() throws -> Double { element.attributes["rotation"] == nil ? 0 : try number("rotation") }

  /// The upright box around the shape, and what is to be said of that; where the shape has none, see ``hasBox``, an
  /// error.
  func box() throws -> (BoundingBox, DatasetFinding?) {
    switch element.name {
    case "box":
      let box = try statedBox()
      let degrees = try rotation()
      return degrees.remainder(dividingBy: 360) == 0 ? (box, nil) : (box.turned(byDegrees: degrees), .turnedBox)
    case "polygon":
      guard let box = BoundingBox(around: try points()) else { throw failure("<polygon> has no points") }
      return (box, .polygonLabel)
    case "ellipse":
      let (x, y, radiusX, radiusY) = (try number("cx"), try number("cy"), try number("rx"), try number("ry"))
      let angle = try rotation() * .pi / 180
      let halfWidth = hypot(radiusX * cos(angle), radiusY * sin(angle))
      let halfHeight = hypot(radiusX * sin(angle), radiusY * cos(angle))
      let box = BoundingBox(x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight)
      return (box, .polygonLabel)
    case "mask":
      let (x, y) = (try number("left"), try number("top"))
      return (
        BoundingBox(x1: x, y1: y, x2: x + (try number("width")), y2: y + (try number("height"))), .polygonLabel
      )
    default: throw failure("<\(element.name)> has no box; expected <box>, <polygon>, <ellipse> or <mask>")
    }
  }

  /// The shape's pixels; nil of what is a box alone.
  func mask() throws -> WrittenMask? {
    switch element.name {
    case "polygon": return .polygon(try points())
    case "ellipse":
      return .ellipse(
        centerX: try number("cx"), centerY: try number("cy"), radiusX: try number("rx"), radiusY: try number("ry"),
        turnedBy: try rotation() * .pi / 180)
    case "mask": return try pixels()
    default: return nil
    }
  }

  /// The `rle` of a mask: lengths along the rows of its box, outside and inside by turns.
  private func pixels() throws -> WrittenMask {
    let (width, height) = (try index("width"), try index("height"))
    var counts: [Int] = []
    for part in try text("rle").split(separator: ",") {
      guard let count = Int(part.trimmed) else {
        return .invalid(.unreadable("run lengths with '\(part.trimmed.prefix(20))'; expected whole numbers"))
      }
      counts.append(count)
    }
    let corner = (x: try number("left"), y: try number("top"))
    do throws(MaskError) {
      return .part(try RunLengthMask(width: width, height: height, rowCounts: counts), at: corner)
    } catch {
      return .invalid(.unreadable("\(error) (here \(width)×\(height), the mask's own box)"))
    }
  }

  /// x and y in turn.
  private func points() throws -> [Double] {
    try text("points").split(separator: ";").flatMap { pair in
      let numbers = pair.split(separator: ",").compactMap { Double($0.trimmed) }
      guard numbers.count == 2 else { throw failure("the point '\(pair)'; expected 'x,y'") }
      return numbers
    }
  }

  /// The corners as they are, without their rotation.
  func statedBox() throws -> BoundingBox {
    BoundingBox(x1: try number("xtl"), y1: try number("ytl"), x2: try number("xbr"), y2: try number("ybr"))
  }
}

extension BoundingBox {
  /// The upright box around this one turned about its centre.
  func turned(byDegrees degrees: Double) -> BoundingBox {
    BoundingBox(
      centerX: centerX, centerY: centerY, width: width, height: height, turnedBy: degrees * .pi / 180)
  }
}
