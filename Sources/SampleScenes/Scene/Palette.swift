import DetectionUtilities

/// Colours of things, as shares of light reflected, linear.
enum Palette {
  /// Red, orange, yellow, green, teal, blue, violet, pink, brown, white, grey, black.
  private static let base: [Vector3] = [
    Vector3(0.60, 0.05, 0.04), Vector3(0.78, 0.27, 0.03), Vector3(0.80, 0.58, 0.06), Vector3(0.08, 0.38, 0.08),
    Vector3(0.03, 0.35, 0.36), Vector3(0.04, 0.13, 0.55), Vector3(0.26, 0.07, 0.45), Vector3(0.75, 0.28, 0.42),
    Vector3(0.25, 0.11, 0.05), Vector3(0.80, 0.79, 0.75), Vector3(0.30, 0.31, 0.33), Vector3(0.035, 0.035, 0.04),
  ]

  static func color(using generator: inout SeededGenerator) -> Vector3 {
    jittered(base[generator.uniform(below: base.count)], using: &generator)
  }

  /// Another colour that can be told from the first.
  static func partner(of color: Vector3, using generator: inout SeededGenerator) -> Vector3 {
    var other = self.color(using: &generator)
    for _ in 0..<4 where abs(other.luminance - color.luminance) < 0.12 { other = self.color(using: &generator) }
    return other
  }

  /// The washed-out colours of floors and walls.
  static func muted(using generator: inout SeededGenerator) -> Vector3 {
    let grey = Float(generator.uniform(0.08, 0.6))
    return color(using: &generator).mixed(with: Vector3(repeating: grey), Float(generator.uniform(0.55, 0.95)))
  }

  private static func jittered(_ color: Vector3, using generator: inout SeededGenerator) -> Vector3 {
    let bright = Float(generator.uniform(0.75, 1.2))
    func channel(_ value: Float, _ generator: inout SeededGenerator) -> Float {
      min(0.9, max(0.015, value * bright * Float(generator.uniform(0.85, 1.15)) + Float(generator.uniform(0, 0.02))))
    }
    return Vector3(
      channel(color.x, &generator), channel(color.y, &generator), channel(color.z, &generator))
  }
}
