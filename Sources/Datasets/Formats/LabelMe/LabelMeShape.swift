import DetectionUtilities
import Foundation
import ImageCodecs
import JSONScanning

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
  /// Its pixels, where masks are asked for.
  let mask: WrittenMask?

  init(_ scanner: inout JSONFileScanner, readsMasks: Bool) throws {
    var (label, statedKind, group, points) = (String?.none, String?.none, Int?.none, [Double]?.none)
    var bitmap: String?
    var pointsOffset = scanner.offset
    var level = try scanner.beginObject()
    while let key = try scanner.nextKey(&level) {
      if key == "label" {
        label = try scanner.string()
      } else if key == "shape_type" {
        statedKind = scanner.skipNull() ? nil : try scanner.string()
      } else if key == "group_id" {
        group = scanner.skipNull() ? nil : try scanner.integer()
      } else if key == "points" {
        _ = scanner.peek()
        pointsOffset = scanner.offset
        points = try LabelMeShape.points(&scanner)
      } else if readsMasks, key == "mask" {
        bitmap = scanner.skipNull() ? nil : try scanner.string()
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
    let kind = statedKind ?? "polygon"
    self.kind = kind
    let fewest: Int
    switch kind {
    case "rectangle", "mask", "circle": fewest = 2
    case "polygon", "rotation": fewest = 3
    default:
      (box, mask) = (nil, nil)
      return
    }
    guard points.count >= 2 * fewest, kind != "circle" || points.count == 4 else {
      let end = scanner.offset
      scanner.move(to: pointsOffset)
      defer { scanner.move(to: end) }
      throw scanner.failure("has \(points.count / 2) points; expected \(fewest) for a \(kind)", joinedBy: " ")
    }
    guard kind == "circle" else {
      box = BoundingBox(around: points)
      mask = readsMasks ? box.map { LabelMeShape.mask(of: kind, points, in: $0, bitmap: bitmap) } : nil
      return
    }
    let radius = hypot(points[2] - points[0], points[3] - points[1])
    mask = readsMasks ? .ellipse(centerX: points[0], centerY: points[1], radiusX: radius, radiusY: radius) : nil
    box = BoundingBox(
      x1: points[0] - radius, y1: points[1] - radius, x2: points[0] + radius, y2: points[1] + radius)
  }

  private static func mask(
    of kind: String, _ points: [Double], in box: BoundingBox, bitmap: String?
  ) -> WrittenMask {
    switch kind {
    case "rectangle": return .rectangle(box)
    case "mask": return bitmap.map { pixels($0, in: box) } ?? .invalid(.unreadable("no bitmap in the key 'mask'"))
    default: return .polygon(points)
    }
  }

  /// A PNG in base64, the pixels of the box with its last row and column. What is not black is inside.
  private static func pixels(_ bitmap: String, in box: BoundingBox) -> WrittenMask {
    guard let data = Data(base64Encoded: bitmap, options: .ignoreUnknownCharacters), !data.isEmpty else {
      return .invalid(.unreadable("a 'mask' that is not in base64"))
    }
    do throws(ImageError) {
      let encoded = [UInt8](data)
      // Before it is unpacked: a few bytes may state any size.
      let size = try ImageHeader(encoded: encoded, name: "mask").storedSize
      guard abs(Double(size.width) - box.width - 1) <= 1, abs(Double(size.height) - box.height - 1) <= 1 else {
        let expected = "\((box.width + 1).shortestText)×\((box.height + 1).shortestText)"
        return .invalid(.unreadable("a 'mask' of \(size); expected \(expected), the pixels of its box"))
      }
      guard case .indexed(let map, _) = try LabelImage(encoded: encoded, name: "mask") else {
        return .invalid(.unreadable("a 'mask' with colours; expected 0 and another number"))
      }
      let mask = RunLengthMask(width: map.width, height: map.height) { x, y in map[x, y] != 0 }
      return .part(mask, at: (box.x1, box.y1))
    } catch {
      return .invalid(.unreadable("a 'mask' that is no PNG: \(error.reason)"))
    }
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
