/// A small, fast, seeded random generator whose sequence is the same on every machine and in every version.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), with its state filled
/// by splitmix64. Not for cryptography. ``uniform(below:)`` and ``shuffle(_:)`` are written out here, because the
/// standard library does not promise to keep its own ways of drawing from one release to the next.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var state0: UInt64
  private var state1: UInt64
  private var state2: UInt64
  private var state3: UInt64

  public init(seed: UInt64) {
    var word = seed
    state0 = SeededGenerator.splitmix64(&word)
    state1 = SeededGenerator.splitmix64(&word)
    state2 = SeededGenerator.splitmix64(&word)
    state3 = SeededGenerator.splitmix64(&word)
  }

  /// An independent sequence for one place in a run, for example `stream: [epoch, image]`.
  ///
  /// Equal seeds and streams give equal sequences; another length or order of the stream gives another sequence.
  public init(seed: UInt64, stream: [UInt64]) {
    var mixed = seed
    for word in stream {
      var folded = SeededGenerator.splitmix64(&mixed) ^ word
      mixed = SeededGenerator.splitmix64(&folded)
    }
    self.init(seed: mixed)
  }

  public mutating func next() -> UInt64 {
    let result = SeededGenerator.rotatedLeft(state1 &* 5, by: 7) &* 9
    let shifted = state1 << 17
    state2 ^= state0
    state3 ^= state1
    state1 ^= state2
    state0 ^= state3
    state2 ^= shifted
    state3 = SeededGenerator.rotatedLeft(state3, by: 45)
    return result
  }

  /// One step of splitmix64: advances `word` and returns a well mixed value of it.
  public static func splitmix64(_ word: inout UInt64) -> UInt64 {
    word &+= 0x9E37_79B9_7F4A_7C15
    var mixed = word
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static func rotatedLeft(_ word: UInt64, by count: UInt64) -> UInt64 {
    (word << count) | (word >> (64 - count))
  }
}

extension SeededGenerator {
  /// A number in [0, 1), a multiple of 2⁻²⁴.
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number between the bounds; `lower` itself where they are equal.
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * (Double(next() >> 11) * 0x1p-53)
  }

  /// A whole number in 0 ..< `count`, every one equally likely.
  ///
  /// - Precondition: `count > 0`.
  public mutating func uniform(below count: Int) -> Int {
    precondition(count > 0, "cannot draw from \(count) numbers")
    // Lemire, "Fast random integer generation in an interval" (2019): rejecting the short remainder keeps it fair.
    let range = UInt64(count)
    let threshold = (0 &- range) % range
    while true {
      let product = next().multipliedFullWidth(by: range)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// True with the given probability; never for 0, always for 1.
  public mutating func chance(_ probability: Double) -> Bool {
    uniform(0, 1) < probability
  }

  /// Puts the elements into a random order, every order equally likely (Fisher and Yates).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, uniform(below: last + 1))
    }
  }
}
