import DetectionUtilities

/// Draws the part of an image that is brought to the network's input, as torchvision's `RandomResizedCrop` does (Szegedy et al.
/// 2014, section 6).
struct RandomResizedCrop {
  /// Of the image's area.
  var smallestShare: Double
  /// Width over height of a crop that keeps the image's proportions; others differ from it by up to 4 : 3.
  var aspect = 1.0

  /// Tries ten times; nil where none of them fits into the image.
  func part(width: Double, height: Double, using generator: inout SeededGenerator) -> BoundingBox? {
    for _ in 0..<10 {
      let area = width * height * generator.uniform(smallestShare, 1)
      let ratio = aspect * Self.power(4.0 / 3, generator.uniform(-1, 1))
      let (cropWidth, cropHeight) = ((area * ratio).squareRoot(), (area / ratio).squareRoot())
      guard cropWidth <= width, cropHeight <= height else { continue }
      let (left, top) = (generator.uniform(0, width - cropWidth), generator.uniform(0, height - cropHeight))
      return BoundingBox(x1: left, y1: top, x2: left + cropWidth, y2: top + cropHeight)
    }
    return nil
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    (exponent * base.logarithm()).exponential()
  }
}
