/// By place on the ground: which lights a body may hide there. Most of a picture is ground in plain light, and needs no
/// shadow rays.
struct ShadowMap {
  private static let cellsPerSide = 64
  private static let halfSide: Float = 12
  private let cellSize = 2 * ShadowMap.halfSide / Float(ShadowMap.cellsPerSide)
  /// Bit by light.
  private var mayHide: [UInt8]

  init(bodies: [Body], lights: [Light]) {
    precondition(lights.count <= 8, "a byte tells eight lights apart, not \(lights.count)")
    mayHide = [UInt8](repeating: 0, count: Self.cellsPerSide * Self.cellsPerSide)
    let spheres = bodies.map { (center: $0.center, radius: $0.radius) }
    for row in 0..<Self.cellsPerSide {
      for column in 0..<Self.cellsPerSide {
        let place = Vector3(
          (Float(column) + 0.5) * cellSize - Self.halfSide, 0, (Float(row) + 0.5) * cellSize - Self.halfSide)
        for (index, light) in lights.enumerated()
        where spheres.contains(where: { isBetween($0.center, $0.radius, place, light) }) {
          mayHide[row * Self.cellsPerSide + column] |= 1 << UInt8(index)
        }
      }
    }
  }

  /// True where a ball may touch the bundle of rays between a cell and a light: a cone frustum around both.
  private func isBetween(_ center: Vector3, _ radius: Float, _ place: Vector3, _ light: Light) -> Bool {
    let path = light.position - place
    let share = min(1, max(0, (center - place).dot(path) / path.squaredLength))
    let apart = center - place - path * share
    let lightRadius = light.side.length * 1.2533142 * 1.1
    // The bundle's width where the ball ends nearer to the light.
    let width = 0.75 * cellSize + lightRadius * min(1, share + radius / path.length + 0.05)
    let reach = (radius + width) * 1.05 + 0.01
    return apart.squaredLength < reach * reach
  }

  /// The lights that may be hidden at a place on the ground, bit by light; all of them beyond the map.
  @inline(__always) func lights(x: Float, z: Float) -> UInt8 {
    let column = (x + Self.halfSide) / cellSize
    let row = (z + Self.halfSide) / cellSize
    let side = Float(Self.cellsPerSide)
    guard column >= 0, row >= 0, column < side, row < side else { return .max }
    return mayHide[Int(row) * Self.cellsPerSide + Int(column)]
  }
}
