#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A number that a box formula is written over: a plain `Float` or `Double`, or a ``DualNumber`` that carries exact
/// derivatives along.
///
/// Formulas branch on ``value`` only, so that every conforming type takes the same path.
public protocol DifferentiableScalar {
  associatedtype Real: BinaryFloatingPoint
  /// The number without its derivatives.
  var value: Real { get }
  /// A constant: its derivatives are zero.
  init(_ constant: Real)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// The smaller of two. At a tie each gets half of the derivative, so that the losses are stationary at their
  /// optimum.
  static func lesser(_ a: Self, _ b: Self) -> Self
  /// The larger of two. At a tie each gets half of the derivative.
  static func greater(_ a: Self, _ b: Self) -> Self
  /// The number where it is not negative, else 0. At 0 the derivative passes, so that boxes that touch still attract.
  var positivePart: Self { get }
  /// The angle of the point (x, y), 0 with zero derivatives at the origin.
  static func arctangent(y: Self, x: Self) -> Self
}

extension DifferentiableScalar {
  @inlinable public static var zero: Self { Self(0) }
}

extension Double: DifferentiableScalar {
  @inlinable public var value: Double { self }
  @inlinable public static func lesser(_ a: Double, _ b: Double) -> Double { b < a ? b : a }
  @inlinable public static func greater(_ a: Double, _ b: Double) -> Double { b > a ? b : a }
  @inlinable public var positivePart: Double { self > 0 ? self : 0 }
  @inlinable
  public static func arctangent(y: Double, x: Double) -> Double { ElementaryFunctions.arctangent(y: y, x: x) }
}

extension Double {
  /// e to the power of the number.
  @inlinable public func exponential() -> Double { ElementaryFunctions.exponential(self) }
  /// The natural logarithm.
  @inlinable public func logarithm() -> Double { ElementaryFunctions.logarithm(self) }
}

extension Float: DifferentiableScalar {
  @inlinable public var value: Float { self }
  @inlinable public static func lesser(_ a: Float, _ b: Float) -> Float { b < a ? b : a }
  @inlinable public static func greater(_ a: Float, _ b: Float) -> Float { b > a ? b : a }
  @inlinable public var positivePart: Float { self > 0 ? self : 0 }
  @inlinable
  public static func arctangent(y: Float, x: Float) -> Float {
    Float(ElementaryFunctions.arctangent(y: Double(y), x: Double(x)))
  }
}

/// The C library's elementary functions, behind names of ours so that inlinable code of this module may call them
/// without its users importing a C library.
@usableFromInline
enum ElementaryFunctions {
  @usableFromInline static func exponential(_ x: Double) -> Double { exp(x) }
  @usableFromInline static func logarithm(_ x: Double) -> Double { log(x) }
  /// The angle of the point (x, y), 0 at the origin.
  @usableFromInline static func arctangent(y: Double, x: Double) -> Double { atan2(y, x) }
}
