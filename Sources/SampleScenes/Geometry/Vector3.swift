/// Three numbers: a point, a direction, or a colour in linear light.
///
/// Plain fields and not a SIMD type: a ray tracer takes dot products most of the time, and those do not vectorise.
package struct Vector3: Sendable, Hashable {
  package var x: Float
  package var y: Float
  package var z: Float

  @inline(__always) package init(_ x: Float, _ y: Float, _ z: Float) {
    self.x = x
    self.y = y
    self.z = z
  }

  @inline(__always) init(repeating value: Float) { self.init(value, value, value) }

  package static let zero = Vector3(0, 0, 0)

  @inline(__always) package static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }

  @inline(__always) package static func - (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x - b.x, a.y - b.y, a.z - b.z)
  }

  @inline(__always) package static func * (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x * b.x, a.y * b.y, a.z * b.z)
  }

  @inline(__always) package static func * (a: Vector3, s: Float) -> Vector3 {
    Vector3(a.x * s, a.y * s, a.z * s)
  }

  @inline(__always) package static prefix func - (a: Vector3) -> Vector3 {
    Vector3(-a.x, -a.y, -a.z)
  }

  @inline(__always) package static func += (a: inout Vector3, b: Vector3) {
    a = a + b
  }

  @inline(__always) package func dot(_ other: Vector3) -> Float { x * other.x + y * other.y + z * other.z }
  @inline(__always) package var squaredLength: Float { dot(self) }
  @inline(__always) package var length: Float { squaredLength.squareRoot() }
  @inline(__always) package var normalized: Vector3 { self * (1 / length) }

  @inline(__always) package func cross(_ other: Vector3) -> Vector3 {
    Vector3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// On the way to `other`: self at 0, `other` at 1.
  @inline(__always) package func mixed(with other: Vector3, _ share: Float) -> Vector3 { self + (other - self) * share }

  /// How bright a linear colour looks (the weights of Rec. 709).
  @inline(__always) package var luminance: Float { 0.2126 * x + 0.7152 * y + 0.0722 * z }
}
