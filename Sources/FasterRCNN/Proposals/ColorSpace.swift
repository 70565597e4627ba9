/// What the three channels of `ColorPlanes` mean; every one is scaled to 0 … 255.
public enum ColorSpace: String, Hashable, Sendable, CaseIterable {
  /// Red, green, blue as stored.
  case rgb
  /// Hue (0 for grey), saturation, value.
  case hsv
  /// CIE L*a*b* under the white D65: L* × 2.55, a* + 128, b* + 128.
  case lab
}
