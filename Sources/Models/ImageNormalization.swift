import ImageCodecs

/// By which mean and deviation an image's pixels are normalised.
public enum ImageNormalization: String, Codable, Hashable, Sendable, CaseIterable {
  /// Those of the model, for all images.
  case fixed
  /// The image's own, over all channels: microscopes and lamps differ in brightness and contrast more than what they show does.
  case perImage

  public init(from decoder: any Decoder) throws { self = try decoder.choice() }
}

/// Mean and standard deviation of an image's pixels, over all channels, from 0 to 1.
public struct PixelStatistics: Hashable, Sendable {
  public let mean: Float
  /// At least one level of 255.
  public let standardDeviation: Float

  public init(_ image: RGBImage) {
    var (sum, squares) = (0, 0)
    image.pixels.withUnsafeBufferPointer { pixels in
      for pixel in pixels {
        sum += Int(pixel)
        squares += Int(pixel) * Int(pixel)
      }
    }
    let count = Double(max(1, image.pixels.count))
    let average = Double(sum) / count
    let variance = max(0, Double(squares) / count - average * average)
    mean = Float(average / 255)
    standardDeviation = Float(max(1, variance.squareRoot()) / 255)
  }
}
