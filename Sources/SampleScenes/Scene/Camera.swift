/// A perspective camera with a thin lens.
struct Camera: Sendable, Hashable {
  var position: Vector3
  var forward: Vector3
  var right: Vector3
  var up: Vector3
  /// Height of the picture over twice its distance: the tangent of half the vertical angle.
  var halfHeight: Float
  var lensRadius: Float
  /// At which things are sharp, along the optical axis.
  var focusDistance: Float
  /// In pixels.
  var width: Float
  var height: Float

  init(
    position: Vector3, target: Vector3, halfHeight: Float, lensRadius: Float, width: Int, height: Int
  ) {
    self.position = position
    forward = (target - position).normalized
    right = forward.cross(Vector3(0, 1, 0)).normalized
    up = right.cross(forward)
    self.halfHeight = halfHeight
    self.lensRadius = lensRadius
    focusDistance = (target - position).length
    self.width = Float(width)
    self.height = Float(height)
  }

  /// Not normalised: one unit along ``forward``.
  @inline(__always) func direction(x: Float, y: Float) -> Vector3 {
    let scale = 2 * halfHeight / height
    return forward + right * ((x - width / 2) * scale) + up * ((height / 2 - y) * scale)
  }

  /// The ray through a place of the picture, in pixels from its upper left corner, by the middle of the lens.
  @inline(__always) func ray(x: Float, y: Float) -> Ray {
    Ray(origin: position, direction: direction(x: x, y: y).normalized)
  }

  /// The same by another point of the lens; its coordinates lie in the unit disc.
  @inline(__always) func ray(x: Float, y: Float, lensX: Float, lensY: Float) -> Ray {
    let aim = position + direction(x: x, y: y) * focusDistance
    let origin = position + right * (lensX * lensRadius) + up * (lensY * lensRadius)
    return Ray(origin: origin, direction: (aim - origin).normalized)
  }

  /// Where a point appears, in pixels, and how far away along the optical axis; nil behind the camera.
  func projected(_ point: Vector3) -> (x: Float, y: Float, depth: Float)? {
    let offset = point - position
    let depth = offset.dot(forward)
    guard depth > 0.05 else { return nil }
    let scale = height / (2 * halfHeight * depth)
    return (width / 2 + offset.dot(right) * scale, height / 2 - offset.dot(up) * scale, depth)
  }

  /// Pixels that one unit of length covers at a depth.
  func pixelsPerUnit(atDepth depth: Float) -> Float { height / (2 * halfHeight * depth) }
}
