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

  /// Each is far from all before it, in Oklab, both as most people see it and as it appears with protanopia and
  /// deuteranopia (Viénot, Brettel and Mollon 1999): the first few classes are the ones that meet in most pictures.
  private static let classColors: [Int] = [
    0x2F80ED, 0xFF9F1C, 0xC40140, 0x56EBFD, 0xE1738B, 0x904995, 0x05FEA0, 0x90A8FA, 0x5934FE, 0xC37511,
    0x0DD8B4, 0xFED407, 0xE81AD0, 0xB75C83, 0x9E01C8, 0x05D167, 0x09BCC4, 0xF00462, 0x766DBE, 0x2DF4CF,
  ]
}
