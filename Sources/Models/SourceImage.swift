import ImageCodecs

/// An image as a model gets it: its pixels, the size that it has at full scale, and what it is called.
public struct SourceImage: Sendable {
  /// Upright, perhaps decoded at a reduced scale.
  public let image: RGBImage
  /// Upright, at full scale: what predictions refer to.
  public let originalSize: ImageSize
  /// The file's name, without folders; proposals may be known for it. Empty where there is none.
  public let name: String

  /// - Parameter name: The file's path, or another name.
  public init(_ decoded: DecodedImage, name: String) {
    image = decoded.image
    originalSize = decoded.originalSize
    self.name = name.split(separator: "/").last.map(String.init) ?? name
  }

  /// An image at full scale.
  public init(_ image: RGBImage, name: String = "") { self.init(DecodedImage(image), name: name) }

  /// Reads an image file, at the scale that the model allows.
  ///
  /// Throws an `ImageError` for a file that cannot be decoded.
  public init(contentsOf path: String, for model: some VisionModel) throws {
    self.init(try DecodedImage(contentsOf: path, options: model.decodingOptions), name: path)
  }
}
