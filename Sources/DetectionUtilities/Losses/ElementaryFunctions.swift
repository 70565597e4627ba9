#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The C library's elementary functions, behind names of ours so that inlinable code of this module may call them
/// without its users importing a C library.
@usableFromInline
enum ElementaryFunctions {
  @usableFromInline static func exponential(_ x: Double) -> Double { exp(x) }
  @usableFromInline static func logarithm(_ x: Double) -> Double { log(x) }
  /// The angle of the point (x, y), 0 at the origin.
  @usableFromInline static func arctangent(y: Double, x: Double) -> Double { atan2(y, x) }
}
