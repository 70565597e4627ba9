/// A half-line. Distances along it are in units of its direction's length, which is 1 everywhere here.
struct Ray {
  var origin: Vector3
  var direction: Vector3

  @inline(__always) func point(at distance: Float) -> Vector3 { origin + direction * distance }
}
