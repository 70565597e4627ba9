/// The corners of a box over any ``DifferentiableScalar``: what the overlap formulas are written on.
///
/// ``BoundingBox`` is the currency of the program; this type exists so that its formulas can be differentiated.
@frozen
public struct BoxCorners<Scalar: DifferentiableScalar> {
  public var x1: Scalar
  public var y1: Scalar
  public var x2: Scalar
  public var y2: Scalar

  @inlinable
  public init(x1: Scalar, y1: Scalar, x2: Scalar, y2: Scalar) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// A box whose coordinates are constants.
  @inlinable
  public init(constant box: BoundingBox) {
    self.init(
      x1: Scalar(Scalar.Real(box.x1)), y1: Scalar(Scalar.Real(box.y1)),
      x2: Scalar(Scalar.Real(box.x2)), y2: Scalar(Scalar.Real(box.y2)))
  }

  /// Width, 0 for an inverted box.
  @inlinable public var width: Scalar { (x2 - x1).positivePart }
  /// Height, 0 for an inverted box.
  @inlinable public var height: Scalar { (y2 - y1).positivePart }
  @inlinable public var area: Scalar { width * height }
}

extension BoxCorners {
  /// A box whose coordinates x1, y1, x2, y2 are the variables 0, 1, 2, 3 of a gradient.
  @inlinable
  public init<Real>(variable box: BoundingBox) where Scalar == DualNumber<Real> {
    self.init(
      x1: DualNumber(Real(box.x1), variable: 0), y1: DualNumber(Real(box.y1), variable: 1),
      x2: DualNumber(Real(box.x2), variable: 2), y2: DualNumber(Real(box.y2), variable: 3))
  }
}

extension BoxCorners: Sendable where Scalar: Sendable {}
