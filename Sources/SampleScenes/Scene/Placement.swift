/// Puts bodies into a picture one by one, as long as all of them stay in sight and none stands in another.
struct Placement {
  let camera: Camera
  let settings: SceneSettings
  let step: Int
  private(set) var bodies: [Body] = []
  private var silhouettes: [Silhouette] = []

  init(camera: Camera, settings: SceneSettings, step: Int) {
    self.camera = camera
    self.settings = settings
    self.step = step
  }

  /// Adds the body and returns true, or leaves everything as it was.
  mutating func add(_ body: Body) -> Bool {
    for other in bodies {
      let (dx, dz) = (body.frame.position.x - other.frame.position.x, body.frame.position.z - other.frame.position.z)
      let apart = body.groundRadius + other.groundRadius
      if dx * dx + dz * dz < apart * apart { return false }
    }
    let silhouette = Silhouette(of: body, seenBy: camera, step: step)
    // Too small to be told from a pebble.
    guard silhouette.cellCount * step * step >= 48 else { return false }
    let visibility = Visibility(
      of: silhouettes + [silhouette], width: Int(camera.width) / step, height: Int(camera.height) / step)
    let leastInPicture = settings.occlusion == .heavy ? 0.4 : 0.6
    for share in visibility.shares {
      guard share.visibleFraction >= settings.occlusion.leastVisible, 1 - share.truncation >= leastInPicture else {
        return false
      }
    }
    bodies.append(body)
    silhouettes.append(silhouette)
    return true
  }
}

extension Body {
  /// How far the body reaches from its place on the ground, in any direction.
  var groundRadius: Float { max(solid.footprintRadius, isUpright ? 0 : solid.boundRadius) }

  private var isUpright: Bool { frame.yAxis.y > 0.9 }
}
