import Foundation

/// How much light comes along a ray.
struct SceneShader {
  let scene: Scene
  let tracer: SceneTracer
  private let shadows: ShadowMap
  private let groundCosine: Float
  private let groundSine: Float

  init(_ scene: Scene) {
    self.scene = scene
    tracer = SceneTracer(bodies: scene.bodies)
    shadows = ShadowMap(bodies: scene.bodies, lights: scene.lights)
    groundCosine = cos(scene.groundAngle)
    groundSine = sin(scene.groundAngle)
  }

  struct Sample {
    /// Linear.
    var color: Vector3
    /// The body that the ray meets; -1 for ground, wall and sky.
    var body: Int
    /// What a white matte surface would send back in its place.
    var illumination: Float
  }

  /// - Parameter quarter: Which of the pixel's samples this is, 0 to 3.
  func sample(_ ray: Ray, quarter: Int, using random: inout PixelRandom) -> Sample {
    let point = surfacePoint(ray)
    guard let point else { return Sample(color: sky(ray.direction), body: -1, illumination: 0) }
    let diffuse = illumination(at: point, quarter: quarter, using: &random)
    var color = diffuse.light * point.color
    switch point.finish {
    case .matte: break
    case .glossy:
      // Schlick's approximation of Fresnel's reflectance with 4 % straight on.
      let facing = max(0, -ray.direction.dot(point.normal))
      let grazing = 1 - facing
      let mirror = 0.04 + 0.96 * grazing * grazing * grazing * grazing * grazing
      color = color * (1 - mirror) + reflected(ray, at: point, isSharp: false) * mirror + diffuse.highlight
    case .metal:
      let mirrored = reflected(ray, at: point, isSharp: true) * 0.8
      color = color * 0.25 + (mirrored + diffuse.highlight) * point.color
    }
    return Sample(color: color, body: point.body, illumination: diffuse.light.luminance)
  }

  // MARK: What a ray meets

  private struct SurfacePoint {
    var position: Vector3
    var normal: Vector3
    var viewDirection: Vector3
    var color: Vector3
    var finish: Surface.Finish
    var body: Int
    /// The lights to which something may stand in the way, bit by light.
    var mayBeHidden: UInt8 = .max
  }

  @inline(__always) private func surfacePoint(_ ray: Ray) -> SurfacePoint? {
    let hit = tracer.nearest(ray)
    let limit = hit?.distance ?? .infinity
    let ground = ray.direction.y < -1e-5 ? -ray.origin.y / ray.direction.y : .infinity
    let wall = wallDistance(ray)
    if let hit, limit <= ground, limit <= wall { return bodyPoint(hit, ray) }
    if ground < wall, ground < 200 { return groundPoint(ray, at: ground) }
    guard wall < .infinity, let plane = scene.wall else { return nil }
    let position = ray.point(at: wall)
    let along = Vector3(plane.normal.z, 0, -plane.normal.x).dot(position)
    return SurfacePoint(
      position: position, normal: plane.normal, viewDirection: ray.direction,
      color: plane.surface.planeColor(along, position.y), finish: .matte, body: -1)
  }

  private func bodyPoint(_ hit: SceneTracer.Hit, _ ray: Ray) -> SurfacePoint {
    let position = ray.point(at: hit.distance)
    let frame = tracer.bodies[hit.body].frame
    let local = frame.localPoint(position)
    var normal = frame.worldDirection(tracer.bodies[hit.body].solid.parts[hit.part].normal(at: local))
    if normal.dot(ray.direction) > 0 { normal = -normal }
    var surface = tracer.bodies[hit.body].surface
    if let accent = tracer.bodies[hit.body].accent, local.y > tracer.bodies[hit.body].accentHeight {
      surface = accent
    }
    return SurfacePoint(
      position: position, normal: normal, viewDirection: ray.direction, color: surface.color(at: local),
      finish: surface.finish, body: hit.body)
  }

  private func groundPoint(_ ray: Ray, at distance: Float) -> SurfacePoint {
    let position = ray.point(at: distance)
    let u = position.x * groundCosine + position.z * groundSine
    let v = position.z * groundCosine - position.x * groundSine
    var color = scene.ground.planeColor(u, v)
    for decal in scene.decals {
      let share = decal.coverage(position.x, position.z)
      if share > 0 { color = color.mixed(with: decal.color, share) }
    }
    // Far away everything takes the horizon's colour.
    let haze = min(1, max(0, (distance - 18) / 60))
    return SurfacePoint(
      position: position, normal: Vector3(0, 1, 0), viewDirection: ray.direction,
      color: color.mixed(with: scene.horizon, haze), finish: .matte, body: -1,
      mayBeHidden: shadows.lights(x: position.x, z: position.z))
  }

  @inline(__always) private func wallDistance(_ ray: Ray) -> Float {
    guard let wall = scene.wall else { return .infinity }
    let facing = ray.direction.dot(wall.normal)
    guard facing < -1e-5 else { return .infinity }
    let distance = (wall.offset - ray.origin.dot(wall.normal)) / facing
    return distance > 1e-3 ? distance : .infinity
  }

  // MARK: Light

  /// The light that a white matte surface sends back, and the lights' own images in a glossy one (Blinn and Phong).
  @inline(__always)
  private func illumination(
    at point: SurfacePoint, quarter: Int, using random: inout PixelRandom
  ) -> (light: Vector3, highlight: Vector3) {
    let fromAbove = 0.5 + 0.5 * point.normal.y
    let open = 1 - tracer.occlusion(at: point.position, normal: point.normal, except: point.body)
    var light = scene.bounceLight.mixed(with: scene.skyLight, fromAbove) * open
    var highlight = Vector3.zero
    for index in scene.lights.indices {
      let lamp = scene.lights[index]
      let disc = random.spreadPoint(quarter)
      let aim = lamp.position - point.position + lamp.side * disc.x + lamp.top * disc.y
      let squared = aim.squaredLength
      let distance = squared.squareRoot()
      let direction = aim * (1 / distance)
      let facing = direction.dot(point.normal)
      guard facing > 0 else { continue }
      if point.mayBeHidden >> UInt8(index) & 1 != 0 {
        let shadow = Ray(origin: point.position + point.normal * 2e-3, direction: direction)
        if tracer.isBlocked(shadow, before: distance) { continue }
      }
      let strength = lamp.color * (lamp.referenceDistance * lamp.referenceDistance / squared)
      light += strength * facing
      if point.finish != .matte {
        let half = (direction - point.viewDirection).normalized
        var power = max(0, half.dot(point.normal))
        // To the 64th power.
        for _ in 0..<6 { power *= power }
        highlight += strength * (power * 0.9)
      }
    }
    return (light, highlight)
  }

  /// What a mirror shows: one bounce, lit without shadows.
  private func reflected(_ ray: Ray, at point: SurfacePoint, isSharp: Bool) -> Vector3 {
    let direction = ray.direction - point.normal * (2 * ray.direction.dot(point.normal))
    guard isSharp else { return sky(direction) }
    let mirrored = Ray(origin: point.position + point.normal * 2e-3, direction: direction)
    guard let seen = surfacePoint(mirrored) else { return sky(direction) }
    var light = scene.bounceLight.mixed(with: scene.skyLight, 0.5 + 0.5 * seen.normal.y)
    for lamp in scene.lights {
      let aim = lamp.position - seen.position
      let facing = aim.dot(seen.normal)
      guard facing > 0 else { continue }
      let squared = aim.squaredLength
      let falloff = lamp.referenceDistance * lamp.referenceDistance / (squared * squared.squareRoot())
      light += lamp.color * (facing * falloff)
    }
    return seen.color * light
  }

  private func sky(_ direction: Vector3) -> Vector3 {
    scene.horizon.mixed(with: scene.zenith, min(1, max(0, direction.y * 1.6)))
  }
}
