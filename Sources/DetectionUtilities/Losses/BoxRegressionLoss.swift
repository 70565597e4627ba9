/// A loss between a predicted box and its target that depends on how they overlap: 1 less an IoU measure.
///
/// Scale free: stretching both boxes alike leaves the value as it is.
public enum BoxRegressionLoss: String, CaseIterable, Hashable, Sendable, Codable {
  /// 1 − generalised IoU, in [0, 2] (Rezatofighi et al. 2019).
  case gIoU
  /// 1 − distance IoU, in [0, 2] (Zheng et al. 2020).
  case dIoU
  /// 1 − complete IoU (Zheng et al. 2020); α is a constant in the gradient.
  case cIoU

  /// The loss over any scalar.
  @inlinable
  public func value<Scalar>(predicted: BoxCorners<Scalar>, target: BoxCorners<Scalar>) -> Scalar {
    switch self {
    case .gIoU: Scalar(1) - predicted.generalizedIoU(with: target)
    case .dIoU: Scalar(1) - predicted.distanceIoU(with: target)
    case .cIoU: Scalar(1) - predicted.completeIoU(with: target)
    }
  }

  /// The loss. Finite for every pair of finite boxes, boxes without area included.
  @inlinable
  public func value(predicted: BoundingBox, target: BoundingBox) -> Double {
    value(predicted: predicted.corners, target: target.corners)
  }

  /// The loss and its exact gradient with respect to the predicted (x1, y1, x2, y2).
  @inlinable
  public func valueAndGradient(
    predicted: BoundingBox, target: BoundingBox
  ) -> (value: Double, gradient: SIMD4<Double>) {
    let loss: DualNumber<Double> = value(
      predicted: BoxCorners(variable: predicted), target: BoxCorners(constant: target))
    return (loss.value, loss.partials)
  }
}
