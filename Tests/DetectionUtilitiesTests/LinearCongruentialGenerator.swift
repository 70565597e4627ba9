/// A generator simple enough to be written again in Python, for cases whose answer another program computed once.
struct LinearCongruentialGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }

  /// In [0, 1).
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// In 0..<count.
  mutating func index(_ count: Int) -> Int { Int(fraction() * Double(count)) }

  /// A box with random corners inside of size × size pixels.
  mutating func box(in size: Double, largest: Double) -> (x: Double, y: Double, width: Double, height: Double) {
    let x = fraction() * size
    let y = fraction() * size
    let width = fraction() * largest
    return (x, y, width, fraction() * largest)
  }
}
