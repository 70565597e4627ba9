/// How two colours share a surface.
enum Pattern: Sendable, Hashable {
  case plain
  /// Bands, `frequency` per unit of length.
  case stripes(frequency: Float)
  case checks(frequency: Float)
  case clouds(frequency: Float)
  /// Grain along one direction.
  case wood(frequency: Float)
  /// Tiles with joints of the second colour.
  case tiles(frequency: Float)
  case speckles(frequency: Float)
  /// The dots of a die with this half side.
  case pips(halfSide: Float)
  /// A band of the second colour between two heights: the label of a bottle.
  case band(from: Float, to: Float)

  /// The share of the second colour, 0 to 1, at a point of a solid.
  func share(at point: Vector3, layer: Int32) -> Float {
    switch self {
    case .plain, .stripes, .band, .pips: return flatShare(point.x, point.y, layer: layer, point: point)
    default:
      // Around a solid: the angle would have a seam, so two slanted coordinates stand in for it.
      return flatShare(point.x + 0.35 * point.y, point.z + 0.45 * point.y, layer: layer, point: point)
    }
  }

  /// The share of the second colour at a point of a plane.
  @inline(__always)
  func flatShare(_ u: Float, _ v: Float, layer: Int32, point: Vector3 = .zero) -> Float {
    switch self {
    case .plain: return 0
    case .stripes(let frequency): return Self.isOdd(v * frequency) ? 1 : 0
    case .checks(let frequency): return Self.isOdd(u * frequency) != Self.isOdd(v * frequency) ? 1 : 0
    case .clouds(let frequency): return Noise.cloudy(u * frequency, v * frequency, layer: layer)
    case .wood(let frequency):
      let grain = Noise.smooth(u * frequency * 0.4, v * frequency * 6, layer: layer)
      let board = Noise.value(Noise.floor(v * frequency * 0.5), 7, layer)
      return min(1, 0.75 * grain + 0.35 * board)
    case .tiles(let frequency):
      let fu = u * frequency - Float(Noise.floor(u * frequency))
      let fv = v * frequency - Float(Noise.floor(v * frequency))
      return min(fu, fv) < 0.05 ? 1 : 0.25 * Noise.smooth(u * frequency, v * frequency, layer: layer)
    case .speckles(let frequency):
      let grain = Noise.smooth(u * frequency, v * frequency, layer: layer)
      return grain > 0.72 ? 1 : 0
    case .pips(let halfSide): return Self.isPip(point, halfSide: halfSide) ? 1 : 0
    case .band(let from, let to): return point.y >= from && point.y <= to ? 1 : 0
    }
  }

  @inline(__always) private static func isOdd(_ number: Float) -> Bool {
    Noise.floor(number) & 1 != 0
  }

  /// Opposite sides of a die add up to seven.
  private static func isPip(_ point: Vector3, halfSide: Float) -> Bool {
    let scaled = point * (1 / halfSide)
    let (ax, ay, az) = (abs(scaled.x), abs(scaled.y), abs(scaled.z))
    let (count, u, v): (Int, Float, Float)
    if ax >= ay && ax >= az {
      (count, u, v) = (scaled.x > 0 ? 3 : 4, scaled.y, scaled.z)
    } else if ay >= az {
      (count, u, v) = (scaled.y > 0 ? 1 : 6, scaled.x, scaled.z)
    } else {
      (count, u, v) = (scaled.z > 0 ? 2 : 5, scaled.x, scaled.y)
    }
    let radius: Float = 0.19
    let offset: Float = 0.46
    func near(_ x: Float, _ y: Float) -> Bool { (u - x) * (u - x) + (v - y) * (v - y) < radius * radius }
    if count & 1 == 1, near(0, 0) { return true }
    if count >= 2, near(-offset, -offset) || near(offset, offset) { return true }
    if count >= 4, near(-offset, offset) || near(offset, -offset) { return true }
    return count == 6 && (near(-offset, 0) || near(offset, 0))
  }
}
