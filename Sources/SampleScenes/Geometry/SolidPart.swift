/// A surface of which solids are put together, in the solid's own frame.
package enum SolidPart: Sendable, Hashable {
  case sphere(radius: Float)
  case box(RoundedBox)
  case frustum(Frustum)
  /// A flat ring at a height, facing up or down; a full disc where the inner radius is 0.
  case disc(height: Float, innerRadius: Float, outerRadius: Float)
  case torus(Torus)

  /// The first distance beyond `start` at which the ray meets the surface, or infinity.
  @inline(__always) package func hit(_ ray: Ray, after start: Float) -> Float {
    switch self {
    case .sphere(let radius):
      let b = ray.origin.dot(ray.direction)
      let discriminant = b * b - ray.origin.squaredLength + radius * radius
      guard discriminant >= 0 else { return .infinity }
      let root = discriminant.squareRoot()
      if -b - root > start { return -b - root }
      return -b + root > start ? -b + root : .infinity
    case .box(let box): return box.hit(ray, after: start)
    case .frustum(let frustum): return frustum.hit(ray, after: start)
    case .disc(let height, let innerRadius, let outerRadius):
      guard abs(ray.direction.y) > 1e-9 else { return .infinity }
      let distance = (height - ray.origin.y) / ray.direction.y
      guard distance > start else { return .infinity }
      let point = ray.point(at: distance)
      let squared = point.x * point.x + point.z * point.z
      return squared <= outerRadius * outerRadius && squared >= innerRadius * innerRadius ? distance : .infinity
    case .torus(let torus): return torus.hit(ray, after: start)
    }
  }

  /// A normal at a point of the surface; which of its two sides it shows does not matter.
  package func normal(at point: Vector3) -> Vector3 {
    switch self {
    case .sphere: point.normalized
    case .box(let box): box.normal(at: point)
    case .frustum(let frustum): frustum.normal(at: point)
    case .disc: Vector3(0, 1, 0)
    case .torus(let torus): torus.normal(at: point)
    }
  }
}
