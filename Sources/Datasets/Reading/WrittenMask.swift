import DetectionUtilities
import Foundation
import ImageCodecs

/// The pixels of an object as a label file has them, before the size of its image is known for certain.
indirect enum WrittenMask {
  /// Outlines in fractions of the image's size where boxes are.
  case segmentation(COCOSegmentation)
  /// The pixels of a part of the image whose upper left corner is at (x, y).
  case part(RunLengthMask, x: Int, y: Int)
  /// Of several shapes of one object.
  case union([WrittenMask])
  /// What stands there is no mask.
  case invalid(MaskError)

  static func polygon(_ points: [Double]) -> WrittenMask { .segmentation(.polygons([points])) }

  static func rectangle(_ box: BoundingBox) -> WrittenMask {
    .polygon([box.x1, box.y1, box.x2, box.y1, box.x2, box.y2, box.x1, box.y2])
  }

  /// A polygon whose points are about two pixels apart, 16 to 720 of them.
  static func ellipse(
    centerX: Double, centerY: Double, radiusX: Double, radiusY: Double, turnedBy radians: Double = 0
  ) -> WrittenMask {
    for radius in [radiusX, radiusY] where !(abs(radius) <= RunLengthMask.farthestPoint) {
      return .invalid(.farPoint(radius))
    }
    let count = min(720, max(16, Int((.pi * max(abs(radiusX), abs(radiusY))).rounded(.up))))
    let (sine, cosine) = (sin(radians), cos(radians))
    return .polygon(
      (0..<count).flatMap { index in
        let angle = 2 * .pi * Double(index) / Double(count)
        let (x, y) = (radiusX * cos(angle), radiusY * sin(angle))
        return [centerX + x * cosine - y * sine, centerY + x * sine + y * cosine]
      })
  }

  /// - Parameter corner: of the image's part, in pixels.
  static func part(_ mask: RunLengthMask, at corner: (x: Double, y: Double)) -> WrittenMask {
    for place in [corner.x, corner.y] where !(abs(place) <= RunLengthMask.farthestPoint) {
      return .invalid(.farPoint(place))
    }
    return .part(mask, x: Int(corner.x.rounded()), y: Int(corner.y.rounded()))
  }

  /// The pixels in COCO's form.
  ///
  /// - Parameters:
  ///   - size: Of the image; nil where nobody states it.
  ///   - areFractions: Whether outlines are in fractions of it.
  /// - Throws: where they are no pixels of such an image, or its size is needed.
  func segmentation(in size: ImageSize?, areFractions: Bool) throws(MaskError) -> COCOSegmentation {
    switch self {
    case .segmentation(.polygons(let outlines)) where areFractions:
      guard let size else { throw .unknownSize }
      let (width, height) = (Double(size.width), Double(size.height))
      return .polygons(
        outlines.map { points in
          points.enumerated().map { $0.element * ($0.offset.isMultiple(of: 2) ? width : height) }
        })
    case .segmentation(let segmentation): return segmentation
    case .part(let mask, let x, let y):
      guard let size else { throw .unknownSize }
      return COCOSegmentation(mask.placed(x: x, y: y, inWidth: size.width, height: size.height))
    case .union(let parts): return try Self.union(of: parts, in: size, areFractions: areFractions)
    case .invalid(let error): throw error
    }
  }

  /// Outlines stay outlines.
  private static func union(
    of parts: [WrittenMask], in size: ImageSize?, areFractions: Bool
  ) throws(MaskError) -> COCOSegmentation {
    var outlines: [[Double]] = []
    var masks: [RunLengthMask] = []
    for part in parts {
      let segmentation = try part.segmentation(in: size, areFractions: areFractions)
      if case .polygons(let more) = segmentation {
        outlines += more
      } else if let stated = segmentation.statedSize {
        masks.append(try segmentation.mask(width: stated.width, height: stated.height))
      }
    }
    guard let first = masks.first else { return .polygons(outlines) }
    for mask in masks where (mask.width, mask.height) != (first.width, first.height) {
      throw .otherSize(
        width: mask.width, height: mask.height, expectedWidth: first.width, expectedHeight: first.height)
    }
    if !outlines.isEmpty {
      masks.append(try RunLengthMask(width: first.width, height: first.height, polygons: outlines))
    }
    return COCOSegmentation(.union(masks, width: first.width, height: first.height))
  }
}
