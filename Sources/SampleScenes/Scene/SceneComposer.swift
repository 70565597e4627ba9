import DetectionUtilities
import Foundation

/// Invents scenes: the same one for the same settings and number.
struct SceneComposer {
  let settings: SceneSettings
  /// Cells of about an eightieth of the picture are fine enough to see what hides what.
  private let step: Int

  init(_ settings: SceneSettings) {
    self.settings = settings
    step = max(1, min(settings.imageSize.width, settings.imageSize.height) / 80)
  }

  func scene(number: Int) -> Scene {
    var generator = SeededGenerator(seed: settings.seed, stream: [UInt64(number), 0])
    let camera = self.camera(&generator)
    var scene = SceneSetting(settings).emptyScene(camera: camera, using: &generator)
    var placed = Placement(camera: camera, settings: settings, step: step)
    let wanted = settings.objectCount.lowerBound + generator.uniform(below: settings.objectCount.count)
    for _ in 0..<wanted {
      // A place that hides others too much, or has no room, is drawn anew.
      for _ in 0..<25 {
        guard let body = candidate(placed, camera: camera, using: &generator) else { continue }
        if placed.add(body) { break }
      }
    }
    scene.bodies = placed.bodies + SceneSetting(settings).clutter(around: placed.bodies, in: scene, using: &generator)
    return scene
  }

  private func camera(_ generator: inout SeededGenerator) -> Camera {
    let azimuth = generator.uniform(0, 2 * .pi)
    let elevation = generator.uniform(17, 52) * .pi / 180
    let distance = generator.uniform(7.5, 11)
    let target = Vector3(0, Float(generator.uniform(0.2, 0.7)), 0)
    let offset = Vector3(
      Float(distance * cos(elevation) * cos(azimuth)), Float(distance * sin(elevation)),
      Float(distance * cos(elevation) * sin(azimuth)))
    let lens = generator.chance(0.4) ? generator.uniform(0.03, 0.09) : 0.01
    return Camera(
      position: target + offset, target: target, halfHeight: Float(generator.uniform(0.31, 0.4)),
      lensRadius: Float(lens), width: settings.imageSize.width, height: settings.imageSize.height)
  }

  /// A body on the ground somewhere in the picture, near another where that is asked for.
  private func candidate(
    _ placed: Placement, camera: Camera, using generator: inout SeededGenerator
  ) -> Body? {
    var x = Float(generator.uniform(-0.02, 1.02)) * camera.width
    var y = Float(generator.uniform(0.08, 1.0)) * camera.height
    let sizes = settings.scale.sizes
    // Even in the logarithm: twice as large is as likely anywhere in the range.
    let apparent = Float(exp(generator.uniform(log(sizes.lowerBound), log(sizes.upperBound))))
    let pixels = apparent * min(camera.width, camera.height)
    if generator.chance(settings.occlusion.crowding), !placed.bodies.isEmpty {
      let neighbour = placed.bodies[generator.uniform(below: placed.bodies.count)]
      guard let seen = camera.projected(neighbour.center) else { return nil }
      let reach = neighbour.radius * camera.pixelsPerUnit(atDepth: seen.depth)
      x = seen.x + Float(generator.uniform(-1, 1)) * reach
      y = seen.y + Float(generator.uniform(-0.9, 1.3)) * reach
    }
    let ray = camera.ray(x: x, y: y)
    guard ray.direction.y < -0.05 else { return nil }
    let distance = -ray.origin.y / ray.direction.y
    guard distance > 0.45 * camera.focusDistance, distance < 2.2 * camera.focusDistance else { return nil }
    let place = ray.point(at: distance)
    let depth = (place - camera.position).dot(camera.forward)
    let size = min(1.5, max(0.1, pixels / camera.pixelsPerUnit(atDepth: depth) / 2))
    return BodyMaker.body(at: place, size: size, using: &generator)
  }
}

extension SceneSettings.Scale {
  /// The longest side over the picture's shorter side.
  var sizes: ClosedRange<Double> {
    switch self {
    case .normal: 0.10...0.34
    case .small: 0.04...0.10
    case .large: 0.28...0.55
    case .mixed: 0.05...0.50
    }
  }
}

extension SceneSettings.Occlusion {
  /// The least share of an object within the picture that must show.
  var leastVisible: Double {
    switch self {
    case .none: 0.98
    case .some: 0.45
    case .heavy: 0.15
    }
  }

  /// The share of objects placed next to another one.
  var crowding: Double {
    switch self {
    case .none: 0
    case .some: 0.2
    case .heavy: 0.8
    }
  }
}
