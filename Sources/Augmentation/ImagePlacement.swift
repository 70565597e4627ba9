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

  /// The size of the source as it lies, before scaling.
  static func lyingSize(of size: ImageSize, isTransposed: Bool) -> ImageSize {
    isTransposed ? ImageSize(width: size.height, height: size.width) : size
  }
}
