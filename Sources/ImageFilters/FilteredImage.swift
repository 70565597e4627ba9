import ImageCodecs

/// What a filter made of an image, and what its values were before they became pixels.
public struct FilteredImage: Sendable {
  public let image: RGBImage
  /// Of all values.
  public let lowest: Float
  public let highest: Float
  /// The share of values below 0 or above 255, in [0, 1].
  public let outsideShare: Double
  public let outsideValues: ImageFilter.OutsideValues

  /// - Parameter planes: red, green and blue, or one for grey; each height × width.
  init(_ planes: [[Float]], size: ImageSize, outsideValues: ImageFilter.OutsideValues) {
    var (lowest, highest, outside) = (Float.infinity, -Float.infinity, 0)
    for plane in planes {
      for value in plane {
        lowest = min(lowest, value)
        highest = max(highest, value)
        if value < 0 || value > 255 { outside += 1 }
      }
    }
    self.lowest = lowest
    self.highest = highest
    self.outsideValues = outsideValues
    outsideShare = Double(outside) / Double(planes.count * size.width * size.height)
    let range = highest - lowest
    func pixel(_ value: Float) -> UInt8 {
      let shown =
        switch outsideValues {
        case .clamp: value
        case .absolute: abs(value)
        // An image of one value has no range to spread.
        case .normalise: range > 0 ? (value - lowest) / range * 255 : value
        }
      return UInt8(min(max(shown, 0), 255).rounded())
    }
    let area = size.width * size.height
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * area) { buffer, count in
      for channel in 0..<3 {
        let plane = planes[planes.count == 1 ? 0 : channel]
        for index in 0..<area { buffer[3 * index + channel] = pixel(plane[index]) }
      }
      count = 3 * area
    }
    image = RGBImage(size: size, pixels: pixels)
  }
}
