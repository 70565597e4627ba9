/// A half-line. Distances along it are in units of its direction's length, which is 1 everywhere here.
package struct Ray {
  package var origin: Vector3
  package var direction: Vector3

  @inline(__always) package init(origin: Vector3, direction: Vector3) {
    self.origin = origin
    self.direction = direction
  }

  @inline(__always) package func point(at distance: Float) -> Vector3 { origin + direction * distance }
}
