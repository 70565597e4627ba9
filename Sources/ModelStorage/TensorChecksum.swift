/// A 64-bit checksum of the bytes of all tensors of a file, in their order: it finds what a disk or a copy has damaged, and
/// is no protection against somebody who changes a file on purpose.
///
/// Words of eight bytes, the last one filled with zeros, are mixed in one after the other by an exclusive or, a rotation
/// and a multiplication, as in FNV-1a; each of these is reversible, so that a change of one word always changes the result.
/// The number of bytes is mixed in at the end.
struct TensorChecksum {
  /// Where a file's metadata hold it.
  static let metadataKey = "peregrine.checksum"

  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  private var byteCount = 0
  /// The bytes after the last whole word.
  private var rest: UInt64 = 0

  /// Takes in bytes; how a sequence of bytes is cut into pieces makes no difference.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var place = 0
    while byteCount % 8 != 0, place < bytes.count {
      add(bytes[place])
      place += 1
    }
    var state = state
    while place + 8 <= bytes.count {
      state = Self.mixed(state, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      place += 8
      byteCount += 8
    }
    self.state = state
    while place < bytes.count {
      add(bytes[place])
      place += 1
    }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    var result = byteCount % 8 == 0 ? state : Self.mixed(state, rest)
    result = Self.mixed(result, UInt64(byteCount))
    let digits = String(result, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func add(_ byte: UInt8) {
    rest |= UInt64(byte) << (8 * UInt64(byteCount % 8))
    byteCount += 1
    guard byteCount % 8 == 0 else { return }
    state = Self.mixed(state, rest)
    rest = 0
  }

  private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let value = state ^ word
    return (value << 29 | value >> 35) &* 0x9E37_79B9_7F4A_7C15
  }
}
