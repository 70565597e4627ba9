/// Everything that is in a picture: bodies on a ground, a wall behind, lights and a camera.
struct Scene: Sendable {
  /// The labelled bodies first.
  var bodies: [Body]
  var lights: [Light]
  var camera: Camera
  /// The plane y = 0.
  var ground: Surface
  /// Turns the ground's pattern, radians.
  var groundAngle: Float
  /// Flat things on the ground that are not objects: sheets and stains.
  var decals: [Decal]
  var wall: Wall?
  /// Light from all sides: from above, and back from the ground.
  var skyLight: Vector3
  var bounceLight: Vector3
  /// What is seen where nothing is, at the horizon and overhead.
  var horizon: Vector3
  var zenith: Vector3
  var exposure: Float
  /// Standard deviation of the sensor's noise where it is dark, as a share of full scale.
  var readNoise: Float
  /// Standard deviation at full scale beyond that; grows with the square root of the light.
  var shotNoise: Float

  /// A rectangle or ellipse painted on the ground.
  struct Decal: Sendable, Hashable {
    var x: Float
    var z: Float
    var cosine: Float
    var sine: Float
    var halfWidth: Float
    var halfLength: Float
    var isRound: Bool
    var color: Vector3
    var coverage: Float

    /// How much of the ground's colour it covers at a point.
    @inline(__always) func coverage(_ px: Float, _ pz: Float) -> Float {
      let (dx, dz) = (px - x, pz - z)
      let u = (dx * cosine + dz * sine) / halfWidth
      let v = (dz * cosine - dx * sine) / halfLength
      return (isRound ? u * u + v * v : max(abs(u), abs(v))) <= 1 ? coverage : 0
    }
  }

  /// A vertical plane behind the bodies; `normal` points at the camera.
  struct Wall: Sendable, Hashable {
    var normal: Vector3
    /// n · p = offset on the plane.
    var offset: Float
    var surface: Surface
  }
}

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
