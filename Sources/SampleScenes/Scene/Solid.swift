/// A shape about its own origin: the surfaces of which it is made and a sphere around them.
package struct Solid: Sendable, Hashable {
  package let parts: [SolidPart]
  /// Of the enclosing sphere.
  package let boundCenter: Vector3
  package let boundRadius: Float
  /// How far the lowest point lies below the origin when the solid stands upright.
  package let lowestHeight: Float
  /// How far the solid reaches from its vertical axis.
  package let footprintRadius: Float
  /// The widest cylinder radius, on which a lying solid of revolution rests; nil for what does not lie.
  package let lyingRadius: Float?

  init(
    parts: [SolidPart], boundCenter: Vector3, boundRadius: Float, lowestHeight: Float, footprintRadius: Float,
    lyingRadius: Float? = nil
  ) {
    self.parts = parts
    self.boundCenter = boundCenter
    self.boundRadius = boundRadius
    self.lowestHeight = lowestHeight
    self.footprintRadius = footprintRadius
    self.lyingRadius = lyingRadius
  }

  /// - Parameters:
  ///   - size: About half of the longest side.
  ///   - slenderness: 0 to 1, from stout to slim.
  package static func make(_ kind: SceneClass, size: Float, slenderness: Float) -> Solid {
    switch kind {
    case .sphere:
      let radius = size * 0.8
      return Solid(
        parts: [.sphere(radius: radius)], boundCenter: .zero, boundRadius: radius, lowestHeight: -radius,
        footprintRadius: radius)
    case .cube:
      let half = size * 0.72
      return Solid(
        parts: [.box(RoundedBox(halfExtents: Vector3(repeating: half)))], boundCenter: .zero,
        boundRadius: half * 1.7321, lowestHeight: -half, footprintRadius: half * 1.42)
    case .die:
      let half = size * 0.72
      return Solid(
        parts: [.box(RoundedBox(halfExtents: Vector3(repeating: half), rounding: half * 0.28))], boundCenter: .zero,
        boundRadius: half * 1.6, lowestHeight: -half, footprintRadius: half * 1.35)
    case .cylinder:
      let halfHeight = size * (0.7 + 0.3 * slenderness)
      let radius = size * (0.72 - 0.3 * slenderness)
      return revolution(
        profile: [(-halfHeight, radius), (halfHeight, radius)], closedAbove: true, lies: true)
    case .cone:
      let halfHeight = size * (0.7 + 0.3 * slenderness)
      let radius = size * (0.85 - 0.3 * slenderness)
      return revolution(profile: [(-halfHeight, radius), (halfHeight, 0)], closedAbove: false, lies: false)
    case .ring:
      let tube = size * (0.26 - 0.1 * slenderness)
      let ring = size - tube
      return Solid(
        parts: [.torus(Torus(center: .zero, ringRadius: ring, tubeRadius: tube, isUpright: false))],
        boundCenter: .zero, boundRadius: size, lowestHeight: -tube, footprintRadius: size)
    case .mug: return mug(size: size, slenderness: slenderness)
    case .bottle: return bottle(size: size, slenderness: slenderness)
    }
  }

  private static func mug(size: Float, slenderness: Float) -> Solid {
    let halfHeight = size * (0.66 + 0.2 * slenderness)
    let radius = size * (0.62 - 0.1 * slenderness)
    let wall = radius * 0.12
    let handle = halfHeight * 0.56
    let tube = handle * 0.24
    let parts: [SolidPart] = [
      .frustum(Frustum(heights: (-halfHeight, halfHeight), radii: (radius, radius))),
      .frustum(Frustum(heights: (-halfHeight + wall, halfHeight), radii: (radius - wall, radius - wall))),
      .disc(height: halfHeight, innerRadius: radius - wall, outerRadius: radius),
      .disc(height: -halfHeight + wall, innerRadius: 0, outerRadius: radius - wall),
      .disc(height: -halfHeight, innerRadius: 0, outerRadius: radius),
      .torus(
        Torus(
          center: Vector3(radius * 0.98, 0, 0), ringRadius: handle, tubeRadius: tube, isUpright: true,
          cut: radius - wall * 0.5)),
    ]
    let reach = radius * 0.98 + handle + tube
    let middle = (reach - radius) / 2
    let half = (reach + radius) / 2
    return Solid(
      parts: parts, boundCenter: Vector3(middle, 0, 0),
      boundRadius: (half * half + halfHeight * halfHeight).squareRoot() * 1.01, lowestHeight: -halfHeight,
      footprintRadius: reach)
  }

  private static func bottle(size: Float, slenderness: Float) -> Solid {
    let height = 2 * size
    let radius = size * (0.46 - 0.12 * slenderness)
    let neck = radius * 0.36
    let (body, shoulder) = (height * 0.56, height * 0.76)
    var profile: [(height: Float, radius: Float)] = [(0, radius)]
    // The shoulder goes over from body to neck as half a cosine wave does.
    let steps = 6
    for step in 0...steps {
      let share = Float(step) / Float(steps)
      let fall = share * share * (3 - 2 * share)
      profile.append((body + (shoulder - body) * share, radius + (neck - radius) * fall))
    }
    profile += [(height * 0.92, neck), (height * 0.921, neck * 1.35), (height, neck * 1.35)]
    return revolution(
      profile: profile.map { ($0.height - size, $0.radius) }, closedAbove: true, lies: true)
  }

  /// A solid of revolution about the y axis from heights and radii, closed below.
  private static func revolution(
    profile: [(height: Float, radius: Float)], closedAbove: Bool, lies: Bool
  ) -> Solid {
    let slopes = zip(profile, profile.dropFirst()).map { ($0.radius - $1.radius) / ($1.height - $0.height) }
    var parts: [SolidPart] = []
    for index in slopes.indices {
      // Smooth where the profile bends a little, an edge where it bends much.
      func joint(_ other: Int) -> Float {
        guard slopes.indices.contains(other), abs(slopes[other] - slopes[index]) < 1.2 else { return slopes[index] }
        return (slopes[other] + slopes[index]) / 2
      }
      let (low, high) = (profile[index], profile[index + 1])
      parts.append(
        .frustum(
          Frustum(
            heights: (low.height, high.height), radii: (low.radius, high.radius),
            slopes: (joint(index - 1), joint(index + 1)))))
    }
    let (first, last) = (profile[0], profile[profile.count - 1])
    parts.append(.disc(height: first.height, innerRadius: 0, outerRadius: first.radius))
    if closedAbove { parts.append(.disc(height: last.height, innerRadius: 0, outerRadius: last.radius)) }
    let radius = profile.map(\.radius).max() ?? 0
    let middle = (first.height + last.height) / 2
    let half = (last.height - first.height) / 2
    return Solid(
      parts: parts, boundCenter: Vector3(0, middle, 0), boundRadius: (radius * radius + half * half).squareRoot(),
      lowestHeight: first.height, footprintRadius: radius, lyingRadius: lies ? radius : nil)
  }
}
