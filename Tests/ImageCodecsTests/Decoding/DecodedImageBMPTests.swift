import ImageCodecs
import Testing

struct DecodedImageBMPTests {
  static func read(_ bytes: [UInt8]) throws -> [UInt8] {
    let image = try RGBImage(encoded: bytes, name: "a.bmp")
    let header = try ImageHeader(encoded: bytes, name: "a.bmp")
    #expect(header.format == .bmp && header.size == image.size && header.orientation == .upright)
    return image.pixels
  }

  /// Two rows of one pixel, stored from below in blue, green, red, and filled up to four bytes.
  @Test func rowsGoUpOrDown() throws {
    let rows: [UInt8] = [3, 2, 1, 0, 6, 5, 4, 0]
    #expect(try Self.read(BMPFixture.file(width: 1, height: 2, bits: 24, pixels: rows)) == [4, 5, 6, 1, 2, 3])
    #expect(try Self.read(BMPFixture.file(width: 1, height: -2, bits: 24, pixels: rows)) == [1, 2, 3, 4, 5, 6])
    // What fills up the last row may be missing.
    let short = BMPFixture.file(width: 1, height: 2, bits: 24, pixels: rows.dropLast())
    #expect(try Self.read(short) == [4, 5, 6, 1, 2, 3])
    #expect(throws: ImageError(file: "a.bmp", reason: .truncated)) { try Self.read(short.dropLast()) }
  }

  @Test(arguments: [(1, [0b0100_0000]), (2, [0b0001_0000]), (4, [0x01, 0x00]), (8, [0, 1, 0])] as [(Int, [UInt8])])
  func indices(bits: Int, row: [UInt8]) throws {
    let row = row + [UInt8](repeating: 0, count: 4 - row.count)
    let file = BMPFixture.file(width: 3, height: 1, bits: bits, colors: [[1, 2, 3], [9, 8, 7]], pixels: row)
    #expect(try Self.read(file) == [1, 2, 3, 9, 8, 7, 1, 2, 3])
    #expect(try !ImageHeader(encoded: file, name: "a").isGrey)
    let grey = BMPFixture.file(width: 3, height: 1, bits: bits, colors: [[1, 1, 1], [9, 9, 9]], pixels: row)
    #expect(try ImageHeader(encoded: grey, name: "a").isGrey)
  }

  /// 16 of 31 is 132 of 255, 33 of 63 is 134.
  @Test func packedPixels() throws {
    let wide = [16 << 10 | 31 << 5, 16].flatMap { BMPFixture.number($0, 2) }
    #expect(try Self.read(BMPFixture.file(width: 2, height: 1, bits: 16, pixels: wide)) == [132, 255, 0, 0, 0, 132])
    let masked = [33 << 5 | 31, 31 << 11].flatMap { BMPFixture.number($0, 2) }
    let masks = [0xF800, 0x07E0, 0x001F]
    let file = BMPFixture.file(width: 2, height: 1, bits: 16, compression: 3, masks: masks, pixels: masked)
    #expect(try Self.read(file) == [0, 134, 255, 255, 0, 0])
    let bytes: [UInt8] = [3, 2, 1, 77, 6, 5, 4, 0]
    #expect(try Self.read(BMPFixture.file(width: 2, height: 1, bits: 32, pixels: bytes)) == [1, 2, 3, 4, 5, 6])
  }

  /// 100 at 128 of 255 on white is 177; a mask for alpha over zeros alone means nothing.
  @Test(arguments: [(128, 177), (0, 100)] as [(UInt8, UInt8)])
  func alphaMask(alpha: UInt8, level: UInt8) throws {
    let masks = [0xFF0000, 0xFF00, 0xFF, 0xFF00_0000]
    let file = BMPFixture.file(
      width: 1, height: 1, bits: 32, compression: 6, masks: masks, pixels: [100, 100, 100, alpha])
    #expect(try Self.read(file) == [level, level, level])
  }

  /// Two rows of five: below a run of three and two literal pixels; above, behind a jump, one pixel and the end.
  @Test(
    arguments: [
      (8, 1, [3, 1, 0, 3, 2, 1, 0, 0, 0, 0, 0, 2, 2, 0, 1, 2, 0, 1]),
      (4, 2, [3, 0x11, 0, 3, 0x21, 0x00, 0, 0, 0, 2, 2, 0, 1, 0x20, 0, 1]),
    ] as [(Int, Int, [UInt8])])
  func runs(bits: Int, compression: Int, stream: [UInt8]) throws {
    let colors: [[UInt8]] = [[0, 0, 0], [10, 10, 10], [20, 20, 20]]
    let file = BMPFixture.file(
      width: 5, height: 2, bits: bits, compression: compression, colors: colors, pixels: stream)
    let pixels = try Self.read(file)
    let levels = stride(from: 0, to: 30, by: 3).map { pixels[$0] }
    #expect(levels == [0, 0, 20, 0, 0, 10, 10, 10, 20, 10])
    #expect(throws: ImageError(file: "a.bmp", reason: .truncated)) { try Self.read(file.dropLast(2)) }
  }

  @Test func headersOfOS2() throws {
    let header = BMPFixture.number(12, 4) + [1, 0, 1, 0, 1, 0, 24, 0]
    #expect(try Self.read(BMPFixture.file(header: header, pixels: [3, 2, 1])) == [1, 2, 3])
  }

  @Test func hostileHeaders() throws {
    func reason(_ bytes: [UInt8]) -> ImageError.Reason? {
      (#expect(throws: ImageError.self) { try RGBImage(encoded: bytes, name: "a.bmp") })?.reason
    }
    #expect(reason(BMPFixture.file(width: 0, height: 1, bits: 24, pixels: [])) == .corrupt("a side is zero"))
    #expect(reason(BMPFixture.file(width: -1, height: 1, bits: 24, pixels: [])) == .corrupt("a side is negative"))
    #expect(reason(BMPFixture.file(width: 20_000, height: 20_000, bits: 24, pixels: [1, 2, 3, 4])) == .truncated)
    #expect(
      reason(BMPFixture.file(width: 1, height: 1, bits: 24, compression: 1, pixels: [0, 0, 0, 0]))
        == .corrupt("the bits per pixel do not fit the compression"))
    #expect(
      reason(BMPFixture.file(width: 1, height: 1, bits: 24, compression: 4, pixels: [0, 0, 0, 0]))
        == .unsupported("a BMP with this compression"))
    #expect(
      reason(
        BMPFixture.file(width: 1, height: 1, bits: 16, compression: 3, masks: [0xF00F, 0xF0, 0xF00], pixels: [0, 0]))
        == .corrupt("a bit mask has gaps"))
    // 100 million pixels of runs in ten bytes.
    let runs = BMPFixture.file(
      width: 10_000, height: 10_000, bits: 8, compression: 1, colors: [[0, 0, 0]], pixels: [0, 1])
    #expect(reason(runs) == .truncated)
  }
}
