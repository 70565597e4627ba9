/// An axis-aligned box in corner form: (x1, y1) is the upper left corner, (x2, y2) the lower right one.
///
/// Coordinates are continuous pixels with the origin at the upper left corner of the image, so the width is
/// `x2 - x1` without a `+ 1`. Other forms exist only at file boundaries.
@frozen
public struct BoundingBox: Hashable, Sendable, Codable {
  public var x1: Double
  public var y1: Double
  public var x2: Double
  public var y2: Double

  @inlinable
  public init(x1: Double, y1: Double, x2: Double, y2: Double) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  @inlinable public var width: Double { x2 - x1 }
  @inlinable public var height: Double { y2 - y1 }
  /// Zero for a degenerate (empty or inverted) box.
  @inlinable public var area: Double { max(0, width) * max(0, height) }
  @inlinable public var centerX: Double { (x1 + x2) / 2 }
  @inlinable public var centerY: Double { (y1 + y2) / 2 }
}
