/// The overlap measures. None gives NaN for boxes without area: a ratio over an empty area counts as 0.
extension BoxCorners {
  /// Intersection over union, with the union that the generalised form needs too.
  @inlinable
  func overlap(with other: Self) -> (iou: Scalar, union: Scalar) {
    let width = (Scalar.lesser(x2, other.x2) - Scalar.greater(x1, other.x1)).positivePart
    let height = (Scalar.lesser(y2, other.y2) - Scalar.greater(y1, other.y1)).positivePart
    let intersection = width * height
    let union = area + other.area - intersection
    return (union.value > 0 ? intersection / union : .zero, union)
  }

  /// The smallest box around both.
  @inlinable
  public func enclosing(_ other: Self) -> Self {
    Self(
      x1: .lesser(x1, other.x1), y1: .lesser(y1, other.y1),
      x2: .greater(x2, other.x2), y2: .greater(y2, other.y2))
  }

  /// Intersection over union, in [0, 1].
  @inlinable
  public func iou(with other: Self) -> Scalar { overlap(with: other).iou }

  /// IoU less the share of the enclosing box that neither box covers, in [-1, 1]
  /// (Rezatofighi et al. 2019, algorithm 1).
  @inlinable
  public func generalizedIoU(with other: Self) -> Scalar {
    let (iou, union) = overlap(with: other)
    let enclosingArea = enclosing(other).area
    return enclosingArea.value > 0 ? iou - (enclosingArea - union) / enclosingArea : iou
  }

  /// IoU less the squared distance of the centres over the squared diagonal of the enclosing box, in [-1, 1]
  /// (Zheng et al. 2020, section "Distance-IoU Loss").
  @inlinable
  public func distanceIoU(with other: Self) -> Scalar { iou(with: other) - centerPenalty(to: other) }

  /// Distance IoU less a penalty for a differing aspect ratio (Zheng et al. 2020, section "Complete IoU Loss").
  ///
  /// The trade-off weight α is a constant in the gradient, as in the paper.
  @inlinable
  public func completeIoU(with other: Self) -> Scalar {
    let iou = iou(with: other)
    // atan(w/h) as the angle of the point (h, w), which is defined for a height of 0 as well.
    let angle = Scalar.arctangent(y: other.width, x: other.height) - Scalar.arctangent(y: width, x: height)
    let ratioPenalty = Scalar(4 / (Scalar.Real.pi * Scalar.Real.pi)) * angle * angle
    let denominator = 1 - iou.value + ratioPenalty.value
    let alpha = denominator > 0 ? ratioPenalty.value / denominator : 0
    return iou - centerPenalty(to: other) - Scalar(alpha) * ratioPenalty
  }

  /// ρ²/c²: the squared distance of the centres over the squared diagonal of the enclosing box.
  @inlinable
  func centerPenalty(to other: Self) -> Scalar {
    let enclosing = enclosing(other)
    let squaredDiagonal = enclosing.width * enclosing.width + enclosing.height * enclosing.height
    guard squaredDiagonal.value > 0 else { return .zero }
    let half = Scalar(0.5)
    let dx = (x1 + x2 - other.x1 - other.x2) * half
    let dy = (y1 + y2 - other.y1 - other.y2) * half
    return (dx * dx + dy * dy) / squaredDiagonal
  }
}
