extension BoundingBox {
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

  /// Generalized IoU, in [-1, 1] (Rezatofighi et al. 2019, algorithm 1).
  @inlinable
  public func generalizedIoU(with other: BoundingBox) -> Double { corners.generalizedIoU(with: other.corners) }

  /// IoU less the squared distance of the centres over the squared diagonal of the enclosing box
  /// (Zheng et al. 2020, section "Distance-IoU Loss"), in [-1, 1].
  @inlinable
  public func distanceIoU(with other: BoundingBox) -> Double { corners.distanceIoU(with: other.corners) }

  /// ``distanceIoU(with:)`` less a penalty for a differing aspect ratio (Zheng et al. 2020, section
  /// "Complete IoU Loss").
  @inlinable
  public func completeIoU(with other: BoundingBox) -> Double { corners.completeIoU(with: other.corners) }
}
