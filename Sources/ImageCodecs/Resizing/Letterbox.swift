/// Fits an image into a size with its proportions kept, centred on padding, and maps coordinates there and back.
public struct Letterbox: Hashable, Sendable {
  /// The same as a transform among others.
  public let transform: ImageTransform
  /// Target pixels per source pixel, before rounding to whole pixels.
  public let scale: Double

  public init(source: ImageSize, target: ImageSize, allowUpscaling: Bool = true) {
    transform = ImageTransform(source: source, target: target, policy: .letterbox, allowUpscaling: allowUpscaling)
    scale = ImageTransform.letterboxScale(source: source, target: target, allowUpscaling: allowUpscaling)
  }

  public var source: ImageSize { transform.source }
  public var target: ImageSize { transform.target }
  /// The size of the image inside the target.
  public var resizedSize: ImageSize { transform.resizedSize }
  /// Columns of padding on the left; as many, or one more, are on the right.
  public var left: Int { transform.left }
  /// Rows of padding above; as many, or one more, are below.
  public var top: Int { transform.top }

  /// The resized and padded image.
  ///
  /// - Parameter image: of the source's size, or decoded from it at a reduced scale.
  public func apply(
    to image: RGBImage, fill: (UInt8, UInt8, UInt8) = (114, 114, 114), antialias: Bool = true
  ) -> RGBImage {
    transform.apply(to: image, fill: fill, antialias: antialias)
  }

  /// Where a point of the source lies in the target.
  public func toTarget(x: Double, y: Double) -> (x: Double, y: Double) { transform.toTarget(x: x, y: y) }

  /// Where a point of the target lies in the source. A point in the padding lies outside the source.
  public func toSource(x: Double, y: Double) -> (x: Double, y: Double) { transform.toSource(x: x, y: y) }
}
