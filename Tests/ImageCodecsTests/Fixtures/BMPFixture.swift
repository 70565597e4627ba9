/// A BMP file written by the test itself.
enum BMPFixture {
  static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(value >> (8 * $0) & 255) }
  }

  /// A header of 40 bytes, and what follows it.
  static func file(
    width: Int, height: Int, bits: Int, compression: Int = 0, colors: [[UInt8]] = [], masks: [Int] = [],
    pixels: [UInt8]
  ) -> [UInt8] {
    let entries: [UInt8] = colors.flatMap { [$0[2], $0[1], $0[0], 0] as [UInt8] }
    let palette: [UInt8] = entries + masks.flatMap { number($0, 4) }
    let header =
      number(40, 4) + number(width, 4) + number(height, 4) + number(1, 2) + number(bits, 2) + number(compression, 4)
      + number(0, 12) + number(colors.count, 4) + number(0, 4)
    return file(header: header + palette, pixels: pixels)
  }

  static func file(header: [UInt8], pixels: [UInt8]) -> [UInt8] {
    let offset = 14 + header.count
    return Array("BM".utf8) + number(offset + pixels.count, 4) + number(0, 4) + number(offset, 4) + header + pixels
  }
}
