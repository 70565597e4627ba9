import SampleScenes
import Testing

struct SolidPartTests {
  /// Rays along and beside an axis of simple parts, and where they meet them by hand.
  @Test(arguments: [
    (SolidPart.sphere(radius: 2), Vector3(-5, 0, 0), Float(3)),
    // √(2² − 1²) = 1.732 in front of the middle.
    (SolidPart.sphere(radius: 2), Vector3(-5, 1, 0), Float(3.26795)),
    (SolidPart.sphere(radius: 2), Vector3(-5, 2.1, 0), Float.infinity),
    // From inside: the far side.
    (SolidPart.sphere(radius: 2), Vector3(0, 0, 0), Float(2)),
    (SolidPart.sphere(radius: 2), Vector3(3, 0, 0), Float.infinity),
    (SolidPart.box(RoundedBox(halfExtents: Vector3(1, 2, 3))), Vector3(-5, 1.9, 2.9), Float(4)),
    (SolidPart.box(RoundedBox(halfExtents: Vector3(1, 2, 3))), Vector3(-5, 2.1, 0), Float.infinity),
    (SolidPart.frustum(Frustum(heights: (-1, 1), radii: (2, 2))), Vector3(-5, 0.5, 0), Float(3)),
    (SolidPart.frustum(Frustum(heights: (-1, 1), radii: (2, 2))), Vector3(-5, 1.5, 0), Float.infinity),
    // A cone from radius 2 at the bottom to 0: radius 1 in the middle.
    (SolidPart.frustum(Frustum(heights: (-1, 1), radii: (2, 0))), Vector3(-5, 0, 0), Float(4)),
    // The tube's middle lies 2 from the axis, its outer side 2.5.
    (
      SolidPart.torus(Torus(center: .zero, ringRadius: 2, tubeRadius: 0.5, isUpright: false)), Vector3(-5, 0, 0),
      Float(2.5)
    ),
    // Through the hole to the far half's inner side.
    (
      SolidPart.torus(Torus(center: .zero, ringRadius: 2, tubeRadius: 0.5, isUpright: false)), Vector3(0, 0, 0),
      Float(1.5)
    ),
  ])
  func hitsAreWhereGeometrySays(part: SolidPart, origin: Vector3, expected: Float) {
    let distance = part.hit(Ray(origin: origin, direction: Vector3(1, 0, 0)), after: 1e-4)
    #expect(distance == expected || abs(distance - expected) < 0.005, "\(distance)")
  }

  @Test func aDiscIsMetWithinItsRadiiOnly() {
    let ring = SolidPart.disc(height: 1, innerRadius: 1, outerRadius: 2)
    func hit(_ x: Float) -> Float { ring.hit(Ray(origin: Vector3(x, 5, 0), direction: Vector3(0, -1, 0)), after: 0) }
    #expect(hit(1.5) == 4)
    #expect(hit(0.5) == .infinity)
    #expect(hit(2.5) == .infinity)
  }

  /// Rays from one side: they meet every solid within its bounds, and leave it again.
  @Test(arguments: SceneClass.allCases, [Float(0), 0.5, 1])
  func solidsAreClosedAndLieInTheirSphere(kind: SceneClass, slenderness: Float) {
    let solid = Solid.make(kind, size: 1, slenderness: slenderness)
    var met = 0
    for row in -12...12 {
      for column in -12...12 {
        let target = solid.boundCenter + Vector3(0, Float(row) * 0.1, Float(column) * 0.1)
        let origin = target + Vector3(-6, 2, 1)
        let ray = Ray(origin: origin, direction: (target - origin).normalized)
        let distances = solid.parts.map { $0.hit(ray, after: 1e-4) }
        guard let nearest = distances.min(), nearest < .infinity else { continue }
        met += 1
        let point = ray.point(at: nearest)
        #expect((point - solid.boundCenter).length <= solid.boundRadius * 1.01)
        #expect(point.y >= solid.lowestHeight - 0.01)
        #expect((point.x * point.x + point.z * point.z).squareRoot() <= solid.footprintRadius * 1.01)
        // What goes in comes out: from just inside, the ray meets the solid once more. Sphere tracing finds no way out.
        guard kind != .die, kind != .ring else { continue }
        let inside = Ray(origin: ray.point(at: nearest + 5e-4), direction: ray.direction)
        let exits = solid.parts.map { $0.hit(inside, after: 1e-4) }.min() ?? .infinity
        if exits == .infinity {
          // A ray that only grazes may leave within the step.
          let part = distances.firstIndex(of: nearest) ?? 0
          #expect(abs(solid.parts[part].normal(at: point).dot(ray.direction)) < 0.2)
        }
      }
    }
    #expect(met > 40)
  }

  @Test(arguments: SceneClass.allCases)
  func normalsAreUnitAndPerpendicularToTheSurface(kind: SceneClass) {
    let solid = Solid.make(kind, size: 1, slenderness: 0.3)
    for step in 0..<60 {
      let offset = Vector3(0, Float(step % 8) * 0.1 - 0.35, Float(step / 8) * 0.1 - 0.35)
      let origin = solid.boundCenter + offset + Vector3(-5, 0.4, 0.2)
      let direction = (solid.boundCenter + offset - origin).normalized
      let distances = solid.parts.map { $0.hit(Ray(origin: origin, direction: direction), after: 1e-4) }
      guard let nearest = distances.min(), nearest < .infinity, let index = distances.firstIndex(of: nearest) else {
        continue
      }
      let normal = solid.parts[index].normal(at: origin + direction * nearest)
      #expect(abs(normal.length - 1) < 1e-3)
      // A ray moved along the surface by less than the surface bends meets it where its tangent plane is.
      let across = normal.cross(Vector3(0.3, 0.9, 0.2)).normalized * 0.004
      let moved = solid.parts[index].hit(Ray(origin: origin + across, direction: direction), after: 1e-4)
      // Edges and the bottle's smoothed shoulder are not where their normals say; nor is a hit by sphere tracing exact.
      guard moved < .infinity, abs(moved - nearest) < 0.02, kind != .bottle, kind != .cube else { continue }
      #expect(abs((direction * (moved - nearest) + across).dot(normal)) < 0.004)
    }
  }
}
