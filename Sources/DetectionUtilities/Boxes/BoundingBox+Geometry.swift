extension BoundingBox {
  /// A box given by its centre and size, pixels.
  @inlinable
  public init(centerX: Double, centerY: Double, width: Double, height: Double) {
    self.init(
      x1: centerX - width / 2, y1: centerY - height / 2, x2: centerX + width / 2, y2: centerY + height / 2)
  }

  /// Whether all four coordinates are finite and the corners are in order (x1 ≤ x2, y1 ≤ y2).
  ///
  /// A box without area (a line or a point) is valid.
  @inlinable
  public var isValid: Bool {
    x1.isFinite && y1.isFinite && x2.isFinite && y2.isFinite && x1 <= x2 && y1 <= y2
  }

  /// The box moved by `x` pixels to the right and `y` pixels down.
  @inlinable
  public func translated(x: Double, y: Double) -> BoundingBox {
    BoundingBox(x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y)
  }

  /// The box after the image around it was stretched by `x` horizontally and `y` vertically. Factors are not negative.
  @inlinable
  public func scaled(x: Double, y: Double) -> BoundingBox {
    BoundingBox(x1: x1 * x, y1: y1 * y, x2: x2 * x, y2: y2 * y)
  }

  /// The part of the box inside an image of `width` × `height` pixels.
  ///
  /// A box wholly outside becomes a box without area on the nearest edge.
  @inlinable
  public func clipped(width: Double, height: Double) -> BoundingBox {
    BoundingBox(
      x1: min(max(x1, 0), width), y1: min(max(y1, 0), height),
      x2: min(max(x2, 0), width), y2: min(max(y2, 0), height))
  }

  /// The common part of two boxes, or nil where they are apart. Boxes that touch share a box without area.
  @inlinable
  public func intersection(_ other: BoundingBox) -> BoundingBox? {
    let common = BoundingBox(
      x1: max(x1, other.x1), y1: max(y1, other.y1), x2: min(x2, other.x2), y2: min(y2, other.y2))
    return common.x1 <= common.x2 && common.y1 <= common.y2 ? common : nil
  }

  /// The area that two boxes share, without building their intersection.
  @inlinable
  public func intersectionArea(_ other: BoundingBox) -> Double {
    let width = min(x2, other.x2) - max(x1, other.x1)
    let height = min(y2, other.y2) - max(y1, other.y1)
    return width > 0 && height > 0 ? width * height : 0
  }

  /// The smallest box around both.
  @inlinable
  public func union(_ other: BoundingBox) -> BoundingBox {
    BoundingBox(
      x1: min(x1, other.x1), y1: min(y1, other.y1), x2: max(x2, other.x2), y2: max(y2, other.y2))
  }

  /// The same corners as a ``BoxCorners`` of plain numbers.
  @inlinable
  public var corners: BoxCorners<Double> { BoxCorners(x1: x1, y1: y1, x2: x2, y2: y2) }

  /// Intersection over union, in [0, 1]; 0 where the union has no area.
  @inlinable
  public func iou(with other: BoundingBox) -> Double {
    let intersection = intersectionArea(other)
    let union = area + other.area - intersection
    return union > 0 ? intersection / union : 0
  }
}
