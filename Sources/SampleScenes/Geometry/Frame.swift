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

/// A solid's own coordinate system in the world: a rotation and a place. Lengths are the same in both.
struct Frame: Sendable, Hashable {
  var position: Vector3
  var xAxis = Vector3(1, 0, 0)
  var yAxis = Vector3(0, 1, 0)
  var zAxis = Vector3(0, 0, 1)

  @inline(__always) func local(_ ray: Ray) -> Ray {
    Ray(origin: localPoint(ray.origin), direction: localDirection(ray.direction))
  }

  @inline(__always) func localPoint(_ point: Vector3) -> Vector3 { localDirection(point - position) }

  @inline(__always) func localDirection(_ direction: Vector3) -> Vector3 {
    Vector3(direction.dot(xAxis), direction.dot(yAxis), direction.dot(zAxis))
  }

  @inline(__always) func worldDirection(_ direction: Vector3) -> Vector3 {
    xAxis * direction.x + yAxis * direction.y + zAxis * direction.z
  }

  @inline(__always) func worldPoint(_ point: Vector3) -> Vector3 { position + worldDirection(point) }
}
