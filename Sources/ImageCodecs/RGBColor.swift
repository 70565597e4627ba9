/// A colour of 8 bits per channel.
public struct RGBColor: Hashable, Sendable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  public static let black = RGBColor(red: 0, green: 0, blue: 0)
  public static let white = RGBColor(red: 255, green: 255, blue: 255)

  /// A colour for a class: twenty distinct ones, then again from the first. Any index is valid.
  public static func ofClass(_ index: Int) -> RGBColor {
    let remainder = index % classColors.count
    let rgb = classColors[remainder < 0 ? remainder + classColors.count : remainder]
    return RGBColor(red: UInt8(rgb >> 16 & 255), green: UInt8(rgb >> 8 & 255), blue: UInt8(rgb & 255))
  }

  /// Black or white, whichever reads better on this colour.
  public var contrasting: RGBColor {
    // Relative luminance with the gamma of 2.2 approximated by 2; the two contrasts are equal near 0.18.
    func linear(_ value: UInt8) -> Double { Double(value) * Double(value) / 65025 }
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    return luminance > 0.18 ? .black : .white
  }

  /// Neighbours differ strongly in hue, because the first few classes are the ones that meet in most pictures.
  private static let classColors: [Int] = [
    0xFF3B30, 0x1FC7D4, 0xFFC400, 0x7B61FF, 0x34C759, 0xFF2D94, 0x0A66FF, 0xFF8A00, 0xA6E22E, 0xB000B5,
    0x00A087, 0xFF9EC4, 0x8C4A1E, 0x6EC6FF, 0x6B7A00, 0xE8D5A0, 0x8B0A1A, 0x00563F, 0xC8A2FF, 0x1A237E,
  ]
}
