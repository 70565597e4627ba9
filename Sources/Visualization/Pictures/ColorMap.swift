import ImageCodecs

/// Numbers as colours.
public enum ColorMap: Sendable {
  /// From 0, nearly black, over violet and orange to 1, light yellow; brightness rises evenly.
  case heat
  /// From −1, blue, over 0, white, to 1, red.
  case diverging
  /// From 0, black, to 1, white.
  case grey

  /// Numbers outside of the range take the colour of its end; NaN that of 0.
  public func color(_ value: Float) -> RGBColor {
    switch self {
    case .heat: Self.mixed(Self.heatColors, at: value.isNaN ? 0 : min(max(value, 0), 1))
    case .grey: Self.mixed([(0, 0, 0), (255, 255, 255)], at: value.isNaN ? 0 : min(max(value, 0), 1))
    case .diverging:
      Self.mixed(Self.divergingColors, at: value.isNaN ? 0.5 : (min(max(value, -1), 1) + 1) / 2)
    }
  }

  private static let heatColors: [(Float, Float, Float)] = [
    (4, 4, 20), (60, 12, 96), (130, 30, 108), (198, 58, 72), (240, 120, 30), (250, 190, 60), (252, 252, 190),
  ]
  private static let divergingColors: [(Float, Float, Float)] = [
    (20, 60, 140), (110, 160, 220), (247, 247, 247), (230, 130, 100), (150, 20, 40),
  ]

  /// Between evenly spaced colours, at a place in [0, 1].
  private static func mixed(_ colors: [(Float, Float, Float)], at place: Float) -> RGBColor {
    let position = place * Float(colors.count - 1)
    let index = min(Int(position), colors.count - 2)
    let (low, high, share) = (colors[index], colors[index + 1], position - Float(index))
    func channel(_ low: Float, _ high: Float) -> UInt8 { UInt8((low + share * (high - low)).rounded()) }
    return RGBColor(
      red: channel(low.0, high.0), green: channel(low.1, high.1), blue: channel(low.2, high.2))
  }
}
