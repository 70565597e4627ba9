/// What a surface does with light.
struct Surface: Sendable, Hashable {
  enum Finish: Sendable, Hashable {
    /// Scatters light evenly (Lambert).
    case matte
    /// Scatters light under a clear coat that mirrors at grazing angles.
    case glossy
    /// Mirrors its surroundings in its own colour.
    case metal
  }

  var finish: Finish
  /// Shares of light reflected, linear, 0 to 1.
  var color: Vector3
  var secondColor: Vector3
  var pattern = Pattern.plain
  /// Tells the noise of one surface from that of another.
  var layer: Int32 = 0

  func color(at point: Vector3) -> Vector3 {
    if case .plain = pattern { return color }
    return color.mixed(with: secondColor, pattern.share(at: point, layer: layer))
  }

  func planeColor(_ u: Float, _ v: Float) -> Vector3 {
    if case .plain = pattern { return color }
    return color.mixed(with: secondColor, pattern.flatShare(u, v, layer: layer))
  }
}
