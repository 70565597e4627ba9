/// A number with its partial derivatives with respect to four variables: forward-mode automatic differentiation.
///
/// Four, because a box has four coordinates. Arithmetic follows the rules of differentiation exactly, so a formula
/// written once over ``DifferentiableScalar`` yields its gradient without being derived by hand.
@frozen
public struct DualNumber<Real>: DifferentiableScalar
where Real: BinaryFloatingPoint & SIMDScalar & DifferentiableScalar, Real.Real == Real {
  public var value: Real
  /// [4]: the derivative with respect to each of the four variables.
  public var partials: SIMD4<Real>

  @inlinable
  public init(_ value: Real, partials: SIMD4<Real>) {
    self.value = value
    self.partials = partials
  }

  @inlinable public init(_ constant: Real) { self.init(constant, partials: .zero) }

  /// The variable with the given index in 0..<4: its derivative with respect to itself is 1.
  @inlinable
  public init(_ value: Real, variable: Int) {
    self.init(value)
    partials[variable] = 1
  }

  @inlinable
  public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value, partials: a.partials + b.partials) }

  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value, partials: a.partials - b.partials) }

  @inlinable
  public static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, partials: a.partials * b.value + b.partials * a.value)
  }

  @inlinable
  public static func / (a: Self, b: Self) -> Self {
    let quotient = a.value / b.value
    return Self(quotient, partials: (a.partials - b.partials * quotient) / b.value)
  }

  @inlinable
  public static func lesser(_ a: Self, _ b: Self) -> Self {
    if a.value == b.value { return Self(a.value, partials: (a.partials + b.partials) / 2) }
    return b.value < a.value ? b : a
  }

  @inlinable
  public static func greater(_ a: Self, _ b: Self) -> Self {
    if a.value == b.value { return Self(a.value, partials: (a.partials + b.partials) / 2) }
    return b.value > a.value ? b : a
  }

  @inlinable public var positivePart: Self { value >= 0 ? self : Self(0) }

  @inlinable
  public static func arctangent(y: Self, x: Self) -> Self {
    let squaredRadius = x.value * x.value + y.value * y.value
    return Self(
      .arctangent(y: y.value, x: x.value),
      partials: squaredRadius > 0 ? (y.partials * x.value - x.partials * y.value) / squaredRadius : .zero)
  }
}

extension DualNumber: Equatable {}
extension DualNumber: Sendable where Real: Sendable, Real.SIMD4Storage: Sendable {}
