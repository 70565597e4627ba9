import DetectionUtilities
import ImageCodecs

/// How much of an image a network looks at.
public enum ImageView: Hashable, Sendable {
  case whole
  /// The middle, as large as the network's input, of the image at a scale where its shorter side has so many pixels.
  case middle(ofShorterSide: Int)

  /// What the network looks at, still to be brought to its input where that is the whole image.
  ///
  /// - Parameter input: size of the network's input.
  public func callAsFunction(_ image: SourceImage, input: ImageSize, antialias: Bool = true) -> SourceImage {
    switch self {
    case .whole: image
    case .middle(let side):
      SourceImage(image.image.centerCrop(input, ofShorterSide: side, antialias: antialias), name: image.name)
    }
  }

  /// The part of an image that the network looks at, in the image's pixels.
  public func part(of image: ImageSize, input: ImageSize) -> BoundingBox {
    guard case .middle(let side) = self else {
      return BoundingBox(x1: 0, y1: 0, x2: Double(image.width), y2: Double(image.height))
    }
    let crop = image.centerCrop(input, ofShorterSide: side)
    let scaleX = Double(image.width) / Double(crop.scaled.width)
    let scaleY = Double(image.height) / Double(crop.scaled.height)
    return BoundingBox(
      x1: Double(crop.left) * scaleX, y1: Double(crop.top) * scaleY,
      x2: Double(crop.left + input.width) * scaleX, y2: Double(crop.top + input.height) * scaleY)
  }
}
