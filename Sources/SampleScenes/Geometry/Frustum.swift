/// The side of a cone that is cut off at two heights: a cylinder where both radii are equal. Open at both ends.
///
/// Stacked frustums make solids of revolution; slopes of the normal at both ends make them look smooth.
package struct Frustum: Sendable, Hashable {
  var lowerHeight: Float
  var upperHeight: Float
  var lowerRadius: Float
  var upperRadius: Float
  /// The normal's height over its distance from the axis, at both ends; between them it goes evenly.
  var lowerSlope: Float
  var upperSlope: Float

  package init(heights: (Float, Float), radii: (Float, Float), slopes: (Float, Float)? = nil) {
    (lowerHeight, upperHeight) = heights
    (lowerRadius, upperRadius) = radii
    let flat = (radii.0 - radii.1) / (heights.1 - heights.0)
    (lowerSlope, upperSlope) = slopes ?? (flat, flat)
  }

  /// The first distance beyond `start` at which the ray meets the side, or infinity.
  ///
  /// The radius at height y is r(y) = r₀ + k(y − y₀); the ray meets x² + z² = r(y)² where a quadratic is 0.
  @inline(__always) func hit(_ ray: Ray, after start: Float) -> Float {
    let (origin, direction) = (ray.origin, ray.direction)
    let k = (upperRadius - lowerRadius) / (upperHeight - lowerHeight)
    let radius = lowerRadius + k * (origin.y - lowerHeight)
    let a = direction.x * direction.x + direction.z * direction.z - k * k * direction.y * direction.y
    let b = origin.x * direction.x + origin.z * direction.z - k * direction.y * radius
    let c = origin.x * origin.x + origin.z * origin.z - radius * radius
    if abs(a) < 1e-7 {
      guard abs(b) > 1e-9 else { return .infinity }
      return accepted(-c / (2 * b), ray, after: start)
    }
    let discriminant = b * b - a * c
    guard discriminant >= 0 else { return .infinity }
    let root = discriminant.squareRoot()
    let first = (-b - root) / a
    let second = (-b + root) / a
    let near = accepted(min(first, second), ray, after: start)
    return near < .infinity ? near : accepted(max(first, second), ray, after: start)
  }

  @inline(__always) private func accepted(_ distance: Float, _ ray: Ray, after start: Float) -> Float {
    guard distance > start else { return .infinity }
    let height = ray.origin.y + distance * ray.direction.y
    return height >= lowerHeight && height <= upperHeight ? distance : .infinity
  }

  /// The outward normal at a point of the side.
  func normal(at point: Vector3) -> Vector3 {
    let share = (point.y - lowerHeight) / (upperHeight - lowerHeight)
    let slope = lowerSlope + (upperSlope - lowerSlope) * share
    let radius = max((point.x * point.x + point.z * point.z).squareRoot(), 1e-6)
    return Vector3(point.x / radius, slope, point.z / radius).normalized
  }
}
