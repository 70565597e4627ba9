/// A change of hue, saturation and value (HSV; Smith, "Color gamut transform pairs", 1978), the same for all pixels.
struct ColorJitter {
  /// Shift of hue in sixths of the colour circle, in [0, 6).
  private let hueShift: Float
  private let saturationFactor: Float
  /// The new value for every old one, before rounding.
  private let newValue: [Float]

  /// 1 / n, with 0 for n = 0: black has no saturation.
  private static let reciprocals: [Float] = [0] + (1...255).map { 1 / Float($0) }

  /// - Parameter hueShift: In turns of the colour circle.
  init(hueShift: Double, saturationFactor: Double, valueFactor: Double) {
    self.hueShift = Float(6 * (hueShift - hueShift.rounded(.down)))
    self.saturationFactor = Float(saturationFactor)
    newValue = (0...255).map { min(255, Float($0) * Float(valueFactor)) }
  }

  /// - Parameter bytes: Whole RGB pixels of `pixels`.
  func apply(to pixels: inout MutableSpan<UInt8>, bytes: Range<Int>) {
    precondition(bytes.lowerBound >= 0 && bytes.upperBound <= pixels.count && bytes.count % 3 == 0)
    let values = newValue.span
    let reciprocals = ColorJitter.reciprocals.span
    var index = bytes.lowerBound
    // Unchecked: `index` stays within `bytes`, and the tables have a place for every byte.
    while index < bytes.upperBound {
      let red = Int32(pixels[unchecked: index])
      let green = Int32(pixels[unchecked: index + 1])
      let blue = Int32(pixels[unchecked: index + 2])
      let largest = max(red, green, blue)
      let range = largest &- min(red, green, blue)
      let value = values[unchecked: Int(largest)]
      if range == 0 {
        let grey = UInt8(value + 0.5)
        pixels[unchecked: index] = grey
        pixels[unchecked: index + 1] = grey
        pixels[unchecked: index + 2] = grey
      } else {
        let saturation = min(1, Float(range) * reciprocals[unchecked: Int(largest)] * saturationFactor)
        // The sector's first hue and the difference that moves within it; written without branches.
        let sector: Float = largest == red ? 6 : (largest == green ? 2 : 4)
        let difference = largest == red ? green &- blue : (largest == green ? blue &- red : red &- green)
        var hue = sector + Float(difference) * reciprocals[unchecked: Int(range)] + hueShift
        hue = hue >= 6 ? hue - 6 : hue
        hue = hue >= 6 ? hue - 6 : hue
        let chroma = value * saturation
        pixels[unchecked: index] = ColorJitter.channel(5, hue, value, chroma)
        pixels[unchecked: index + 1] = ColorJitter.channel(3, hue, value, chroma)
        pixels[unchecked: index + 2] = ColorJitter.channel(1, hue, value, chroma)
      }
      index += 3
    }
  }

  /// value - chroma · max(0, min(k, 4 - k, 1)) with k = (offset + hue) mod 6.
  @inline(__always)
  private static func channel(_ offset: Float, _ hue: Float, _ value: Float, _ chroma: Float) -> UInt8 {
    var k = offset + hue
    k = k >= 6 ? k - 6 : k
    let part = max(0, min(min(k, 4 - k), 1))
    return UInt8(value - chroma * part + 0.5)
  }
}
