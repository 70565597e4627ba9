/// A ring about the y axis, or about the z axis and cut off at a plane: the handle of a mug.
///
/// Found by sphere tracing (Hart, "Sphere tracing", 1996): the distance to the surface is a safe step. It is found from
/// outside only: a ray that starts inside meets nothing.
package struct Torus: Sendable, Hashable {
  var center: Vector3
  /// From the axis to the middle of the tube.
  var ringRadius: Float
  var tubeRadius: Float
  var isUpright: Bool
  /// Only what lies beyond this x is there.
  var cut: Float

  package init(
    center: Vector3, ringRadius: Float, tubeRadius: Float, isUpright: Bool, cut: Float = -.infinity
  ) {
    self.center = center
    self.ringRadius = ringRadius
    self.tubeRadius = tubeRadius
    self.isUpright = isUpright
    self.cut = cut
  }

  /// How far a point is from the surface; negative inside.
  @inline(__always) func distance(to point: Vector3) -> Float {
    let offset = point - center
    let along = isUpright ? offset.z : offset.y
    let other = isUpright ? offset.y : offset.z
    let ring = (offset.x * offset.x + other * other).squareRoot() - ringRadius
    let tube = (ring * ring + along * along).squareRoot() - tubeRadius
    return max(tube, cut - point.x)
  }

  @inline(__always) func hit(_ ray: Ray, after start: Float) -> Float {
    let offset = center - ray.origin
    let middle = offset.dot(ray.direction)
    let reach = ringRadius + tubeRadius
    let halfChord = reach * reach - (offset.squaredLength - middle * middle)
    guard halfChord > 0 else { return .infinity }
    let half = halfChord.squareRoot()
    var travelled = max(start, middle - half)
    let end = middle + half
    for _ in 0..<48 {
      guard travelled < end else { return .infinity }
      let step = distance(to: ray.point(at: travelled))
      if step < tubeRadius * 0.004 { return travelled > start ? travelled : .infinity }
      travelled += step
    }
    return .infinity
  }

  func normal(at point: Vector3) -> Vector3 {
    if cut - point.x > -1e-3 * tubeRadius { return Vector3(-1, 0, 0) }
    let offset = point - center
    let inPlane = Vector3(offset.x, isUpright ? offset.y : 0, isUpright ? 0 : offset.z)
    let spine = inPlane * (ringRadius / max(inPlane.length, 1e-6))
    return (offset - spine).normalized
  }
}
