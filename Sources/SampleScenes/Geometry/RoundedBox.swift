/// A box about the origin whose edges and corners are rounded off; a plain box where the rounding is 0.
package struct RoundedBox: Sendable, Hashable {
  var halfExtents: Vector3
  var rounding: Float

  package init(halfExtents: Vector3, rounding: Float = 0) {
    self.halfExtents = halfExtents
    self.rounding = rounding
  }

  /// A rounded box is found from outside only: a ray that starts inside meets nothing.
  @inline(__always) func hit(_ ray: Ray, after start: Float) -> Float {
    // The slabs: the ray is inside the box between the last entry and the first exit.
    let inverse = Vector3(
      Self.inverse(ray.direction.x), Self.inverse(ray.direction.y), Self.inverse(ray.direction.z))
    let middle = -ray.origin * inverse
    let reach = Vector3(
      halfExtents.x * abs(inverse.x), halfExtents.y * abs(inverse.y), halfExtents.z * abs(inverse.z))
    let entry = max(middle.x - reach.x, max(middle.y - reach.y, middle.z - reach.z))
    let exit = min(middle.x + reach.x, min(middle.y + reach.y, middle.z + reach.z))
    guard entry <= exit, exit > start else { return .infinity }
    if rounding == 0 { return entry > start ? entry : exit }
    var travelled = max(start, entry)
    for _ in 0..<32 {
      guard travelled < exit else { return .infinity }
      let step = distance(to: ray.point(at: travelled))
      if step < rounding * 0.005 { return travelled > start ? travelled : .infinity }
      travelled += step
    }
    return .infinity
  }

  /// Infinity would make a ray beside a slab, and parallel to it, neither inside nor outside.
  @inline(__always) private static func inverse(_ component: Float) -> Float {
    1 / (abs(component) < 1e-12 ? 1e-12 : component)
  }

  @inline(__always) private func beyondCore(_ point: Vector3) -> Vector3 {
    Vector3(
      abs(point.x) - halfExtents.x + rounding, abs(point.y) - halfExtents.y + rounding,
      abs(point.z) - halfExtents.z + rounding)
  }

  @inline(__always) private func distance(to point: Vector3) -> Float {
    let beyond = beyondCore(point)
    let outside = Vector3(max(beyond.x, 0), max(beyond.y, 0), max(beyond.z, 0))
    return outside.length + min(max(beyond.x, max(beyond.y, beyond.z)), 0) - rounding
  }

  func normal(at point: Vector3) -> Vector3 {
    let beyond = beyondCore(point)
    if rounding > 0, max(beyond.x, max(beyond.y, beyond.z)) > 0 {
      let outside = Vector3(max(beyond.x, 0), max(beyond.y, 0), max(beyond.z, 0))
      return Vector3(
        point.x < 0 ? -outside.x : outside.x, point.y < 0 ? -outside.y : outside.y,
        point.z < 0 ? -outside.z : outside.z
      ).normalized
    }
    if beyond.x >= beyond.y && beyond.x >= beyond.z { return Vector3(point.x < 0 ? -1 : 1, 0, 0) }
    return beyond.y >= beyond.z ? Vector3(0, point.y < 0 ? -1 : 1, 0) : Vector3(0, 0, point.z < 0 ? -1 : 1)
  }
}
