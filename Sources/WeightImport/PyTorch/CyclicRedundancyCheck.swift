/// The CRC-32 of zip archives (ISO 3309, reflected polynomial 0xEDB88320), eight bytes at a time.
enum CyclicRedundancyCheck {
  /// Table `t`, byte `b`: what `b` does to the remainder after `t` more bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var remainder = ~UInt32(0)
      var position = 0
      while position + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let mixed = word ^ UInt64(remainder)
        var next: UInt32 = 0
        for index in 0..<8 {
          next ^= table[(7 - index) * 256 + Int(truncatingIfNeeded: mixed >> UInt64(8 * index) & 0xFF)]
        }
        remainder = next
        position += 8
      }
      while position < bytes.count {
        remainder = remainder >> 8 ^ table[Int((remainder ^ UInt32(bytes[position])) & 0xFF)]
        position += 1
      }
      return ~remainder
    }
  }
}
