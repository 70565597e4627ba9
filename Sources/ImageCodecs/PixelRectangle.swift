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
