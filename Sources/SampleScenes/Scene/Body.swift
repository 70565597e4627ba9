/// A solid that stands or lies somewhere in a scene.
struct Body: Sendable, Hashable {
  /// Nil for clutter, which nobody labels.
  var kind: SceneClass?
  var solid: Solid
  var frame: Frame
  var surface: Surface
  /// For the second of a body's surfaces: the inside of a mug, the cap of a bottle.
  var accent: Surface?
  /// From which height of the solid on the accent holds (a bottle's cap).
  var accentHeight: Float = .infinity

  /// Of the enclosing sphere, in the world.
  var center: Vector3 { frame.worldPoint(solid.boundCenter) }
  var radius: Float { solid.boundRadius }

  /// The first distance beyond `start` at which the ray meets the body, and which part it meets; infinity for none.
  @inline(__always) func hit(_ ray: Ray, after start: Float) -> (distance: Float, part: Int) {
    let local = frame.local(ray)
    var nearest = Float.infinity
    var part = 0
    for index in solid.parts.indices {
      let distance = solid.parts[index].hit(local, after: start)
      if distance < nearest {
        nearest = distance
        part = index
      }
    }
    return (nearest, part)
  }

  /// True where the ray meets the body between two distances.
  @inline(__always) func blocks(_ ray: Ray, after start: Float, before end: Float) -> Bool {
    let local = frame.local(ray)
    for index in solid.parts.indices where solid.parts[index].hit(local, after: start) < end { return true }
    return false
  }
}
