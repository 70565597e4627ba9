/// A rectangle of whole pixels.
struct PixelRectangle: Hashable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  var right: Int { x + width }
  var bottom: Int { y + height }

  /// The number of pixels shared with another rectangle.
  func overlap(with other: PixelRectangle) -> Int {
    max(0, min(right, other.right) - max(x, other.x)) * max(0, min(bottom, other.bottom) - max(y, other.y))
  }

  /// The same rectangle moved into the image, as far as it fits.
  func moved(into size: ImageSize) -> PixelRectangle {
    var moved = self
    moved.x = max(0, min(x, size.width - width))
    moved.y = max(0, min(y, size.height - height))
    return moved
  }
}

/// A rectangle with rounded corners, in continuous pixel coordinates.
struct RoundedRectangle {
  var x1: Double
  var y1: Double
  var x2: Double
  var y2: Double
  /// Of the corners top left, top right, bottom left, bottom right.
  var radii: SIMD4<Double>

  init(_ rectangle: PixelRectangle, radius: Double) {
    x1 = Double(rectangle.x)
    y1 = Double(rectangle.y)
    x2 = Double(rectangle.right)
    y2 = Double(rectangle.bottom)
    radii = SIMD4(repeating: min(radius, (x2 - x1) / 2, (y2 - y1) / 2))
  }

  /// Distance of a point from the outline: negative inside, positive outside.
  @inline(__always)
  func signedDistance(x: Double, y: Double) -> Double {
    let (offsetX, offsetY) = (x - (x1 + x2) / 2, y - (y1 + y2) / 2)
    let radius = radii[(offsetX > 0 ? 1 : 0) + (offsetY > 0 ? 2 : 0)]
    let (beyondX, beyondY) = (abs(offsetX) - (x2 - x1) / 2 + radius, abs(offsetY) - (y2 - y1) / 2 + radius)
    if beyondX > 0 && beyondY > 0 { return (beyondX * beyondX + beyondY * beyondY).squareRoot() - radius }
    return max(beyondX, beyondY) - radius
  }
}
