import DetectionUtilities
import Foundation

/// What is around the objects: light, ground, wall and clutter.
struct SceneSetting {
  let settings: SceneSettings

  init(_ settings: SceneSettings) { self.settings = settings }

  func emptyScene(camera: Camera, using generator: inout SeededGenerator) -> Scene {
    var scene = Scene(
      bodies: [], lights: [], camera: camera,
      ground: Surface(finish: .matte, color: Palette.muted(using: &generator), secondColor: .zero),
      groundAngle: Float(generator.uniform(0, 2 * .pi)), decals: [], wall: nil, skyLight: .zero, bounceLight: .zero,
      horizon: Palette.muted(using: &generator), zenith: .zero, exposure: Float(generator.uniform(0.9, 1.4)),
      readNoise: Float(generator.uniform(0.002, 0.008)), shotNoise: Float(generator.uniform(0.008, 0.025)))
    light(&scene, using: &generator)
    let background = self.background(using: &generator)
    scene.ground.secondColor = Palette.muted(using: &generator)
    scene.ground.layer = Int32(generator.uniform(below: 1 << 20))
    if background != .plain { scene.ground.pattern = texture(using: &generator) }
    if background == .cluttered { scene.decals = decals(using: &generator) }
    if generator.chance(background == .plain ? 0.3 : 0.5) {
      scene.wall = wall(camera: camera, isPlain: background == .plain, using: &generator)
    }
    return scene
  }

  // MARK: Light

  private func light(_ scene: inout Scene, using generator: inout SeededGenerator) {
    var lighting = settings.lighting
    if lighting == .mixed {
      let draw = generator.uniform()
      lighting = draw < 0.7 ? .normal : draw < 0.85 ? .dim : .harsh
    }
    let isHarsh = lighting == .harsh
    let warmth = Float(generator.uniform(-0.18, 0.18))
    let tint = Vector3(1 + warmth, 1, 1 - warmth)
    let azimuth = generator.uniform(0, 2 * .pi)
    scene.lights = [
      lamp(
        azimuth: azimuth, elevation: generator.uniform(32, 72), radius: isHarsh ? 0.15 : generator.uniform(0.5, 1.6),
        color: tint * Float(generator.uniform(0.75, 1.15) * (isHarsh ? 1.4 : 1)), using: &generator)
    ]
    if !isHarsh {
      scene.lights.append(
        lamp(
          azimuth: azimuth + generator.uniform(1.6, 4.2), elevation: generator.uniform(25, 60), radius: 1.8,
          color: Vector3(1 - warmth, 1, 1 + warmth) * Float(generator.uniform(0.15, 0.45)), using: &generator))
    }
    if generator.chance(0.3) {
      scene.lights.append(
        lamp(
          azimuth: generator.uniform(0, 2 * .pi), elevation: generator.uniform(15, 40), radius: 0.4,
          color: Palette.color(using: &generator).mixed(with: Vector3(repeating: 1), 0.5) * 0.3, using: &generator))
    }
    scene.skyLight = Vector3(1 - warmth, 1, 1 + warmth) * Float(generator.uniform(0.2, 0.4) * (isHarsh ? 0.4 : 1))
    scene.bounceLight = scene.ground.color * 0.3
    scene.zenith = scene.skyLight * 1.6
    scene.horizon = scene.horizon * 0.9
    if lighting == .dim {
      let share = Float(exp(generator.uniform(log(0.12), log(0.35))))
      for index in scene.lights.indices { scene.lights[index].color = scene.lights[index].color * share }
      scene.skyLight = scene.skyLight * share
      scene.bounceLight = scene.bounceLight * share
      scene.zenith = scene.zenith * share
      scene.horizon = scene.horizon * share
      scene.readNoise += Float(generator.uniform(0.003, 0.009))
      scene.shotNoise += Float(generator.uniform(0.005, 0.02))
    }
  }

  private func lamp(
    azimuth: Double, elevation: Double, radius: Double, color: Vector3, using generator: inout SeededGenerator
  ) -> Light {
    let distance = generator.uniform(8, 13)
    let angle = elevation * .pi / 180
    return Light(
      position: Vector3(
        Float(distance * cos(angle) * cos(azimuth)), Float(distance * sin(angle)),
        Float(distance * cos(angle) * sin(azimuth))),
      radius: Float(radius), color: color)
  }

  // MARK: Surroundings

  private func background(using generator: inout SeededGenerator) -> SceneSettings.Background {
    guard settings.background == .mixed else { return settings.background }
    let draw = generator.uniform()
    return draw < 0.25 ? .plain : draw < 0.6 ? .textured : .cluttered
  }

  private func texture(using generator: inout SeededGenerator) -> Pattern {
    let frequency = Float(exp(generator.uniform(log(0.3), log(2.5))))
    switch generator.uniform(below: 6) {
    case 0: return .checks(frequency: frequency)
    case 1: return .stripes(frequency: frequency)
    case 2: return .wood(frequency: frequency)
    case 3: return .tiles(frequency: frequency)
    case 4: return .speckles(frequency: frequency * 6)
    default: return .clouds(frequency: frequency * 2)
    }
  }

  private func wall(
    camera: Camera, isPlain: Bool, using generator: inout SeededGenerator
  ) -> Scene.Wall {
    let towards = Vector3(-camera.forward.x, 0, -camera.forward.z).normalized
    let angle = Float(generator.uniform(-0.5, 0.5))
    let normal = Vector3(
      towards.x * cos(angle) + towards.z * sin(angle), 0, towards.z * cos(angle) - towards.x * sin(angle))
    var surface = Surface(
      finish: .matte, color: Palette.muted(using: &generator), secondColor: Palette.muted(using: &generator))
    if !isPlain { surface.pattern = texture(using: &generator) }
    surface.layer = Int32(generator.uniform(below: 1 << 20))
    return Scene.Wall(normal: normal, offset: -Float(generator.uniform(13, 20)), surface: surface)
  }

  private func decals(using generator: inout SeededGenerator) -> [Scene.Decal] {
    (0..<(4 + generator.uniform(below: 14))).map { _ in
      let angle = generator.uniform(0, 2 * .pi)
      return Scene.Decal(
        x: Float(generator.uniform(-7, 7)), z: Float(generator.uniform(-7, 7)), cosine: Float(cos(angle)),
        sine: Float(sin(angle)), halfWidth: Float(generator.uniform(0.08, 0.9)),
        halfLength: Float(generator.uniform(0.08, 1.2)), isRound: generator.chance(0.4),
        color: Palette.color(using: &generator), coverage: Float(generator.uniform(0.4, 1)))
    }
  }

  /// Pebbles and twigs that lie about and belong to no class.
  func clutter(around bodies: [Body], in scene: Scene, using generator: inout SeededGenerator) -> [Body] {
    guard !scene.decals.isEmpty else { return [] }
    var clutter: [Body] = []
    for _ in 0..<(3 + generator.uniform(below: 12)) {
      let place = Vector3(Float(generator.uniform(-6, 6)), 0, Float(generator.uniform(-6, 6)))
      let body = generator.chance(0.5) ? pebble(at: place, &generator) : twig(at: place, &generator)
      let isFree = bodies.allSatisfy { other in
        let offset = body.frame.position - other.frame.position
        let apart = other.groundRadius + body.radius
        return offset.x * offset.x + offset.z * offset.z > apart * apart
      }
      if isFree { clutter.append(body) }
    }
    return clutter
  }

  private func pebble(at place: Vector3, _ generator: inout SeededGenerator) -> Body {
    let radius = Float(generator.uniform(0.04, 0.13))
    var frame = Frame(position: place)
    frame.position.y = -radius * 0.6
    return Body(
      kind: nil,
      solid: Solid(
        parts: [.sphere(radius: radius)], boundCenter: .zero, boundRadius: radius, lowestHeight: -radius,
        footprintRadius: radius),
      frame: frame,
      surface: Surface(finish: .matte, color: Palette.muted(using: &generator), secondColor: .zero))
  }

  private func twig(at place: Vector3, _ generator: inout SeededGenerator) -> Body {
    let radius = Float(generator.uniform(0.012, 0.03))
    let half = Float(generator.uniform(0.15, 0.7))
    var frame = Frame(position: place)
    frame.lieDown()
    frame.position.y = radius
    frame.turn(by: Float(generator.uniform(0, 2 * .pi)))
    return Body(
      kind: nil,
      solid: Solid(
        parts: [.frustum(Frustum(heights: (-half, half), radii: (radius, radius * 0.6)))], boundCenter: .zero,
        boundRadius: half + radius, lowestHeight: -half, footprintRadius: half),
      frame: frame,
      surface: Surface(finish: .matte, color: Vector3(0.16, 0.09, 0.04), secondColor: .zero))
  }
}
