/// Randomness as a function of place: the same point always gets the same number.
enum Noise {
  /// 32 well mixed bits of three whole numbers.
  @inline(__always) static func hash(_ x: Int32, _ y: Int32, _ z: Int32) -> UInt32 {
    var word = UInt32(bitPattern: x) &* 0x8da6_b343 ^ UInt32(bitPattern: y) &* 0xd816_3841
    word ^= UInt32(bitPattern: z) &* 0xcb1a_b31f
    word = (word ^ (word >> 16)) &* 0x7feb_352d
    word = (word ^ (word >> 15)) &* 0x846c_a68b
    return word ^ (word >> 16)
  }

  /// The next whole number below; quicker than the standard library's where the processor's own instruction may not be used.
  @inline(__always) static func floor(_ number: Float) -> Int32 {
    let cut = Int32(truncatingIfNeeded: Int(number))
    return number < Float(cut) ? cut &- 1 : cut
  }

  @inline(__always) static func value(_ x: Int32, _ y: Int32, _ z: Int32) -> Float {
    Float(hash(x, y, z) >> 8) * 0x1p-24
  }

  /// Smooth noise on a unit lattice, 0 to 1.
  @inline(__always) static func smooth(_ u: Float, _ v: Float, layer: Int32) -> Float {
    let (x, y) = (floor(u), floor(v))
    let fu = u - Float(x)
    let fv = v - Float(y)
    let su = fu * fu * (3 - 2 * fu)
    let sv = fv * fv * (3 - 2 * fv)
    let (a, b) = (value(x, y, layer), value(x &+ 1, y, layer))
    let (c, d) = (value(x, y &+ 1, layer), value(x &+ 1, y &+ 1, layer))
    let lower = a + (b - a) * su
    let upper = c + (d - c) * su
    return lower + (upper - lower) * sv
  }

  /// Three octaves of ``smooth(_:_:layer:)``, 0 to 1.
  @inline(__always) static func cloudy(_ u: Float, _ v: Float, layer: Int32) -> Float {
    (smooth(u, v, layer: layer) * 4 + smooth(u * 2.1, v * 2.1, layer: layer &+ 1) * 2
      + smooth(u * 4.3, v * 4.3, layer: layer &+ 2)) / 7
  }
}
