extension SIMD8<Float> {
  /// e^x of eight numbers that are not above 0, as 2ⁿ·e^r with |r| ≤ ln(2)/2; within 1e-6 of each.
  ///
  /// Written so that every step is one vector instruction of the baseline set.
  @inlinable @inline(__always)
  public func exponentialOfNonPositive() -> SIMD8<Float> {
    let x = replacing(with: -87, where: self .< -87)
    // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits of the mantissa.
    let magic: Float = 12_582_912
    let shifted = x * 1.442_695_04 + magic
    let n = shifted - magic
    // ln 2 in two parts: the first has few bits, so that n times it is exact.
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var series = SIMD8<Float>(repeating: 1 / 5040)
    series = series * r + 1 / 720
    series = series * r + 1 / 120
    series = series * r + 1 / 24
    series = series * r + 1 / 6
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    let exponent = (unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &<< 23) &+ Float(1).bitPattern
    return series * unsafeBitCast(exponent, to: SIMD8<Float>.self)
  }
}
