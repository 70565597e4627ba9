/// Finds what rays meet in a scene.
struct SceneTracer {
  let bodies: [Body]
  /// The enclosing spheres of eight bodies at a time.
  private let bounds: [SphereGroup]
  /// The same without clutter, which hides too little of the sky to count.
  private let occluders: [SphereGroup]

  init(bodies: [Body]) {
    self.bodies = bodies
    bounds = SphereGroup.groups(bodies)
    occluders = SphereGroup.groups(bodies.filter { $0.kind != nil })
  }

  /// Where a ray meets a body first.
  struct Hit {
    var distance: Float
    var body: Int
    var part: Int
  }

  @inline(__always) func nearest(_ ray: Ray) -> Hit? {
    var hit = Hit(distance: .infinity, body: -1, part: 0)
    for group in bounds.indices {
      let margin = bounds[group].margins(ray, before: hit.distance)
      guard any(margin .> 0) else { continue }
      for lane in 0..<8 where margin[lane] > 0 {
        let (distance, part) = bodies[8 * group + lane].hit(ray, after: 1e-4)
        if distance < hit.distance { hit = Hit(distance: distance, body: 8 * group + lane, part: part) }
      }
    }
    return hit.body >= 0 ? hit : nil
  }

  /// True where some body lies between a ray's origin and a distance.
  @inline(__always) func isBlocked(_ ray: Ray, before end: Float) -> Bool {
    for group in bounds.indices {
      let margin = bounds[group].margins(ray, before: end)
      guard any(margin .> 0) else { continue }
      for lane in 0..<8 where margin[lane] > 0 {
        if bodies[8 * group + lane].blocks(ray, after: 1e-3, before: end) { return true }
      }
    }
    return false
  }

  /// How much of the sky bodies hide from a point, 0 to 1, each taken for a ball.
  @inline(__always) func occlusion(at point: Vector3, normal: Vector3, except body: Int) -> Float {
    var hidden: Float = 0
    for group in occluders.indices {
      hidden += occluders[group].hiddenShare(at: point, normal: normal, except: body - 8 * group)
    }
    return min(hidden, 0.9)
  }
}

/// Eight spheres side by side; unused places hold spheres that nothing meets.
private struct SphereGroup {
  private var x = SIMD8<Float>(repeating: 0)
  private var y = SIMD8<Float>(repeating: -1e6)
  private var z = SIMD8<Float>(repeating: 0)
  private var radius = SIMD8<Float>(repeating: 0)
  private var squaredRadius = SIMD8<Float>(repeating: 0)

  static func groups(_ bodies: [Body]) -> [SphereGroup] {
    stride(from: 0, to: bodies.count, by: 8).map { first in SphereGroup(bodies[first..<min(first + 8, bodies.count)]) }
  }

  private init(_ bodies: ArraySlice<Body>) {
    for (lane, body) in bodies.enumerated() {
      let center = body.center
      x[lane] = center.x
      y[lane] = center.y
      z[lane] = center.z
      radius[lane] = body.radius
      squaredRadius[lane] = body.radius * body.radius
    }
  }

  /// Above 0 in the lanes whose sphere the ray passes through before a distance.
  @inline(__always) func margins(_ ray: Ray, before end: Float) -> SIMD8<Float> {
    let dx = x - ray.origin.x
    let dy = y - ray.origin.y
    let dz = z - ray.origin.z
    let along = dx * ray.direction.x + dy * ray.direction.y + dz * ray.direction.z
    let margin = squaredRadius - (dx * dx + dy * dy + dz * dz - along * along)
    // Spheres wholly behind the origin or beyond the end do not count.
    let behind = along .< -radius
    let beyond = (along - radius) .> end
    return margin.replacing(with: 0, where: behind .| beyond)
  }

  @inline(__always) func hiddenShare(at point: Vector3, normal: Vector3, except lane: Int) -> Float {
    let dx = x - point.x
    let dy = y - point.y
    let dz = z - point.z
    let squared = dx * dx + dy * dy + dz * dz
    let facing = dx * normal.x + dy * normal.y + dz * normal.z
    // A ball hides cos · r² / d² of the sky's light; one power more stands for the solid's being smaller than its ball.
    var share = facing * (squaredRadius * radius * 0.8) / (squared * squared)
    share = share.replacing(with: 0, where: share .< 0)
    share = share.replacing(with: 0.8, where: share .> 0.8)
    if lane >= 0 && lane < 8 { share[lane] = 0 }
    return share.sum()
  }
}
