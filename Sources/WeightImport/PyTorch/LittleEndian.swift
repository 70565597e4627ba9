extension Array where Element == UInt8 {
  /// The unsigned number of `count` bytes, lowest first, at `offset`.
  ///
  /// - Precondition: the bytes are there, and `count` is at most 8.
  func littleEndian(at offset: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(self[offset + index]) }
    return value
  }
}
