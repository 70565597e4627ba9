import DetectionUtilities
import ImageCodecs

/// Where a source image lies on a canvas: an affine map of quarter turns, mirrorings, scaling and translation.
///
/// It takes the source's corner (0, 0)…(width, height) to the rectangle (x, y)…(x + width, y + height) of the canvas. A
/// pixel's colour stands at its centre, half a pixel off its corner.
struct ImagePlacement {
  var sourceSize: ImageSize
  /// Whether the canvas's x runs along the source's y. Happens before the mirrorings.
  var isTransposed = false
  var isMirroredInX = false
  var isMirroredInY = false
  /// The placed image's rectangle on the canvas, in pixels of the canvas.
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  /// A source box on the canvas, not clipped.
  func placed(_ box: BoundingBox) -> BoundingBox {
    let sourceWidth = Double(sourceSize.width)
    let sourceHeight = Double(sourceSize.height)
    var (u1, u2) = (box.x1 / sourceWidth, box.x2 / sourceWidth)
    var (v1, v2) = (box.y1 / sourceHeight, box.y2 / sourceHeight)
    if isTransposed { (u1, u2, v1, v2) = (v1, v2, u1, u2) }
    if isMirroredInX { (u1, u2) = (1 - u2, 1 - u1) }
    if isMirroredInY { (v1, v2) = (1 - v2, 1 - v1) }
    return BoundingBox(x1: x + u1 * width, y1: y + v1 * height, x2: x + u2 * width, y2: y + v2 * height)
  }

  /// From the canvas back to the source: the inverse of what ``placed(_:)`` does to corners.
  var sourceMap: AffineMap {
    var map = AffineMap()
    // To fractions of the placed rectangle, mirrored back, and to the source's pixels.
    let (u, v) = (isMirroredInX ? -1 / width : 1 / width, isMirroredInY ? -1 / height : 1 / height)
    let (u0, v0) = (isMirroredInX ? 1 + x / width : -x / width, isMirroredInY ? 1 + y / height : -y / height)
    let (sourceWidth, sourceHeight) = (Double(sourceSize.width), Double(sourceSize.height))
    if isTransposed {
      (map.xx, map.xy, map.x0) = (0, v * sourceWidth, v0 * sourceWidth)
      (map.yx, map.yy, map.y0) = (u * sourceHeight, 0, u0 * sourceHeight)
    } else {
      (map.xx, map.xy, map.x0) = (u * sourceWidth, 0, u0 * sourceWidth)
      (map.yx, map.yy, map.y0) = (0, v * sourceHeight, v0 * sourceHeight)
    }
    return map
  }

  /// Canvas pixels per source pixel, along the axis where there are fewer.
  var scale: Double {
    let lying = Self.lyingSize(of: sourceSize, isTransposed: isTransposed)
    return min(width / Double(lying.width), height / Double(lying.height))
  }

  /// The size of the source as it lies, before scaling.
  static func lyingSize(of size: ImageSize, isTransposed: Bool) -> ImageSize {
    isTransposed ? ImageSize(width: size.height, height: size.width) : size
  }
}
