/// The random numbers of one pixel: few, cheap, and the same whichever thread draws them.
struct PixelRandom {
  private var state: UInt32

  @inline(__always) init(seed: UInt64, x: Int, y: Int) {
    let mixed = Noise.hash(
      Int32(truncatingIfNeeded: x), Int32(truncatingIfNeeded: y), Int32(truncatingIfNeeded: seed ^ (seed >> 32)))
    state = mixed | 1
  }

  /// 0 to 1, without 1.
  @inline(__always) mutating func uniform() -> Float {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return Float(state >> 8) * 0x1p-24
  }

  /// A point of a square with the unit disc's area, in one of its quarters: 0 to 3.
  ///
  /// Quarters spread a pixel's few points evenly, which takes more grain out of soft shadows than chance would.
  @inline(__always) mutating func spreadPoint(_ quarter: Int) -> (x: Float, y: Float) {
    let side: Float = 1.7724539
    let x = (Float(quarter & 1) + uniform()) * 0.5 - 0.5
    let y = (Float(quarter >> 1) + uniform()) * 0.5 - 0.5
    return (x * side, y * side)
  }

  /// About normal, mean 0, deviation 1: the sum of four uniform numbers.
  @inline(__always) mutating func normal() -> Float {
    (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508
  }
}
