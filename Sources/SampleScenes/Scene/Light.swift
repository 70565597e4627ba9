/// A glowing square that faces the middle of the scene: near enough to cast soft shadows.
struct Light: Sendable, Hashable {
  var position: Vector3
  /// What a white matte surface facing the light one ``referenceDistance`` away sends back.
  var color: Vector3
  var referenceDistance: Float
  /// Half the square's sides, at right angles to each other.
  let side: Vector3
  let top: Vector3

  init(position: Vector3, radius: Float, color: Vector3) {
    self.position = position
    self.color = color
    referenceDistance = position.length
    let across = Vector3(position.z, 0, -position.x).normalized
    side = across * radius
    top = across.cross(position).normalized * radius
  }
}
