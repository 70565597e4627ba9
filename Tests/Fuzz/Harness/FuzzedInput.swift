/// What inputs are taken for where one file is not all that a parser reads.
enum FuzzedInput {
  /// Stands between the files of one input: a byte that no text in UTF-8 has.
  static let separator: UInt8 = 0xFF

  /// Several files in one input.
  static func joined(_ texts: String...) -> [UInt8] {
    Array(texts.map { Array($0.utf8) }.joined(separator: [separator]))
  }

  /// The parts of an input, at least `count`; those that it lacks are empty.
  static func parts(of bytes: UnsafeRawBufferPointer, count: Int) -> [[UInt8]] {
    let parts = bytes.split(separator: separator, maxSplits: count - 1, omittingEmptySubsequences: false)
    return parts.map { Array($0) } + Array(repeating: [], count: max(0, count - parts.count))
  }

  /// True for one input of so many, always the same ones.
  static func isOne(of count: UInt64, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (hash >> 32) % count == 0
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}
