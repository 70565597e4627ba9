import ImageCodecs

#if canImport(Glibc)
  internal import Glibc
#endif

/// An affine map of the plane, (x, y) ↦ (xx·x + xy·y + x0, yx·x + yy·y + y0), in continuous coordinates: pixel (i, j) covers
/// [i, i + 1) × [j, j + 1).
///
/// Of a varied image it says where the pixels come from, result to source; ``inverse`` says where the source's points go. Images,
/// label maps and outlines that are taken through the same map stay on each other.
public struct AffineMap: Hashable, Sendable {
  public var xx = 1.0
  public var xy = 0.0
  public var yx = 0.0
  public var yy = 1.0
  public var x0 = 0.0
  public var y0 = 0.0

  /// Every point stays where it is.
  public init() {}

  /// A map around a point that is then moved: p ↦ centre + M · (p − centre − shift).
  ///
  /// - Parameters:
  ///   - degrees: of turning, clockwise as rows are counted downwards.
  ///   - shear: how far a row moves sideways by its distance from the centre.
  ///   - scale: 2 shows the image twice as large.
  public init(
    center: (x: Double, y: Double), degrees: Double = 0, shear: Double = 0, scale: Double = 1,
    mirrorsX: Bool = false, mirrorsY: Bool = false, shift: (x: Double, y: Double) = (0, 0)
  ) {
    let angle = degrees * .pi / 180
    let (sine, cosine) = degrees == 0 ? (0, 1) : (sin(angle), cos(angle))
    // Turned back, then sheared, then scaled and mirrored: what is seen at a place of the result stands there in the image.
    let (signX, signY) = (mirrorsX ? -1 / scale : 1 / scale, mirrorsY ? -1 / scale : 1 / scale)
    xx = signX * (cosine - shear * sine)
    xy = signX * (sine + shear * cosine)
    yx = -signY * sine
    yy = signY * cosine
    x0 = center.x - xx * (center.x + shift.x) - xy * (center.y + shift.y)
    y0 = center.y - yx * (center.x + shift.x) - yy * (center.y + shift.y)
  }

  public func callAsFunction(x: Double, y: Double) -> (x: Double, y: Double) {
    (xx * x + xy * y + x0, yx * x + yy * y + y0)
  }

  /// The map of a result's pixels to a rectangle of the source: (x, y) ↦ (left + x · scaleX, top + y · scaleY), behind this one.
  func followed(byScaleX scaleX: Double, scaleY: Double, left: Double, top: Double) -> AffineMap {
    var result = self
    result.xx *= scaleX
    result.xy *= scaleX
    result.x0 = result.x0 * scaleX + left
    result.yx *= scaleY
    result.yy *= scaleY
    result.y0 = result.y0 * scaleY + top
    return result
  }

  /// This map, and behind it another.
  public func followed(by next: AffineMap) -> AffineMap {
    var result = AffineMap()
    result.xx = next.xx * xx + next.xy * yx
    result.xy = next.xx * xy + next.xy * yy
    result.yx = next.yx * xx + next.yy * yx
    result.yy = next.yx * xy + next.yy * yy
    (result.x0, result.y0) = next(x: x0, y: y0)
    return result
  }

  /// The way back.
  ///
  /// - Precondition: the map does not bring the plane to a line.
  public var inverse: AffineMap {
    let determinant = xx * yy - xy * yx
    precondition(determinant != 0, "a map onto a line has no way back")
    var result = AffineMap()
    result.xx = yy / determinant
    result.xy = -xy / determinant
    result.yx = -yx / determinant
    result.yy = xx / determinant
    result.x0 = -(result.xx * x0 + result.xy * y0)
    result.y0 = -(result.yx * x0 + result.yy * y0)
    return result
  }

  /// Whether every pixel of an image stays where it is.
  var isIdentity: Bool { self == AffineMap() }
}
