import ImageCodecs

/// A PNG file written by the test itself, in every layout that the format knows, with uncompressed zlib blocks.
struct PNGFixture {
  enum ColorType: UInt8, CaseIterable {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }
  }

  var size: ImageSize
  var colorType: ColorType
  var bitDepth = 8
  var interlaced = false
  /// Samples of the pixel (x, y), as many as the colour type has.
  var samples: (_ x: Int, _ y: Int) -> [Int]
  var palette: [UInt8] = []
  var transparency: [UInt8] = []
  var exif: [UInt8] = []
  /// Behind the rows, inside the compressed data.
  var surplus: [UInt8] = []

  var bytes: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += Self.chunk(
      "IHDR",
      Self.bigEndian(size.width) + Self.bigEndian(size.height)
        + [UInt8(bitDepth), colorType.rawValue, 0, 0, interlaced ? 1 : 0])
    if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    if !exif.isEmpty { file += Self.chunk("eXIf", exif) }
    file += Self.chunk("IDAT", Self.zlib(scanlines + surplus))
    return file + Self.chunk("IEND", [])
  }

  /// The filtered rows: of the image, or of the seven reduced images of Adam7.
  var scanlines: [UInt8] {
    let passes =
      interlaced
      ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
      : [(0, 0, 1, 1)]
    var rows: [UInt8] = []
    for (left, top, stepX, stepY) in passes where left < size.width {
      for y in stride(from: top, to: size.height, by: stepY) {
        rows.append(0)
        var (bits, bitCount) = (0, 0)
        for x in stride(from: left, to: size.width, by: stepX) {
          for sample in samples(x, y) {
            bits = bits << bitDepth | sample
            bitCount += bitDepth
            while bitCount >= 8 {
              rows.append(UInt8(bits >> (bitCount - 8) & 255))
              bitCount -= 8
            }
            bits &= 0xFFFF
          }
        }
        if bitCount > 0 { rows.append(UInt8(bits << (8 - bitCount) & 255)) }
      }
    }
    return rows
  }

  static func bigEndian(_ value: Int) -> [UInt8] {
    [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + content
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in checked {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return bigEndian(content.count) + checked + bigEndian(Int(~crc))
  }

  static func zlib(_ content: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(content.count, 1), by: 65535) {
      let block = content[start..<min(start + 65535, content.count)]
      let count = block.count
      stream += [start + 65535 >= content.count ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
      stream += [UInt8(~count & 255), UInt8(~count >> 8 & 255)] + block
    }
    var (low, high) = (1, 0)
    for byte in content {
      low = (low + Int(byte)) % 65521
      high = (high + low) % 65521
    }
    return stream + bigEndian(high << 16 | low)
  }
}
