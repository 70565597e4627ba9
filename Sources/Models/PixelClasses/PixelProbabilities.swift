import ImageCodecs

/// Probabilities of all classes in a rectangle of an image.
public struct PixelProbabilities: Sendable {
  /// The rectangle's corner, in pixels of the upright image at full scale.
  public let x: Int
  public let y: Int
  public let size: ImageSize
  /// Classes × height × width, row-major; in every pixel they sum to 1.
  public let values: [Float]

  /// - Precondition: a value for every class and pixel.
  public init(x: Int, y: Int, size: ImageSize, values: [Float]) {
    precondition(
      values.count % max(1, size.width * size.height) == 0, "\(values.count) probabilities for \(size) pixels")
    self.x = x
    self.y = y
    self.size = size
    self.values = values
  }

  public var classCount: Int { values.count / max(1, size.width * size.height) }
}
