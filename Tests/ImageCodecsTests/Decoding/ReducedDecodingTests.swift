import ImageCodecs
import Testing

/// Images above the limit of pixels held: at half, a quarter or an eighth of their size, box by box.
struct ReducedDecodingTests {
  static let size = ImageSize(width: 37, height: 29)
  static let picture = Fixtures.noise(size, seed: 8)

  /// The rounded means of the squares of pixels, cut off at the edges.
  static func means(of image: RGBImage, divisor: Int) -> RGBImage {
    let reduced = ImageSize(
      width: (image.width + divisor - 1) / divisor, height: (image.height + divisor - 1) / divisor)
    var pixels: [UInt8] = []
    for y in 0..<reduced.height {
      for x in 0..<reduced.width {
        for channel in 0..<3 {
          let rows = y * divisor..<min((y + 1) * divisor, image.height)
          let columns = x * divisor..<min((x + 1) * divisor, image.width)
          var sum = 0
          for row in rows {
            for column in columns { sum += Int(image.pixels[3 * (row * image.width + column) + channel]) }
          }
          let count = rows.count * columns.count
          pixels.append(UInt8((sum + count / 2) / count))
        }
      }
    }
    return RGBImage(size: reduced, pixels: pixels)
  }

  static func color(_ x: Int, _ y: Int) -> [Int] {
    let place = 3 * (y * size.width + x)
    return picture.pixels[place..<place + 3].map(Int.init)
  }

  static func files() throws -> [(name: String, bytes: [UInt8])] {
    let clear = { (x: Int, y: Int) in color(x, y) + [x * 7 % 256] }
    // Rows of 111 bytes from below, blue first, filled up to 112.
    let rows: [UInt8] = (0..<size.height).reversed().flatMap { y -> [UInt8] in
      let row: [UInt8] = (0..<size.width).flatMap { x in color(x, y).reversed().map { UInt8($0) } }
      return row + [0]
    }
    var tiff = TIFFFixture(size: size, photometric: .rgb, samples: color, sampleCount: 3, rowsPerStrip: 6)
    var files = [("strips.tif", tiff.bytes)]
    tiff.hasPlanes = true
    files.append(("planes.tif", tiff.bytes))
    tiff.tile = ImageSize(width: 16, height: 16)
    files.append(("tiles.tif", tiff.bytes))
    for interlaced in [false, true] {
      files.append(
        ("\(interlaced).png", PNGFixture(size: size, colorType: .rgb, interlaced: interlaced, samples: color).bytes))
      files.append(
        (
          "clear \(interlaced).png",
          PNGFixture(size: size, colorType: .rgba, interlaced: interlaced, samples: clear).bytes
        ))
    }
    files.append(("a.bmp", BMPFixture.file(width: size.width, height: size.height, bits: 24, pixels: rows)))
    return files
  }

  /// 37 × 29 is 1073 pixels, 19 × 15 is 285, 10 × 8 is 80, and 5 × 4 is 20.
  @Test(arguments: [(1073, 1), (1072, 2), (285, 2), (284, 4), (80, 4), (79, 8), (20, 8)])
  func theLargestScaleThatFits(limit: Int, divisor: Int) throws {
    for file in try Self.files() {
      let whole = try DecodedImage(encoded: file.bytes, name: file.name)
      #expect(whole.image.size == Self.size)
      let decoded = try DecodedImage(
        encoded: file.bytes, name: file.name, options: .init(maximumDecodedPixels: limit))
      #expect(decoded.originalSize == Self.size)
      #expect(decoded.image == Self.means(of: whole.image, divisor: divisor), "\(file.name)")
    }
  }

  @Test func evenAnEighthMayBeTooLarge() throws {
    let options = ImageDecodingOptions(maximumDecodedPixels: 19)
    for file in try Self.files() {
      #expect(throws: ImageError(file: file.name, reason: .tooManyPixels(Self.size, limit: 19))) {
        try DecodedImage(encoded: file.bytes, name: file.name, options: options)
      }
    }
  }

  /// Above the limit the wish counts for every format; below it for JPEG alone.
  @Test func theWishMayReduceFurther() throws {
    let wish = ImageSize(width: 9, height: 7)
    let png = try Self.picture.encodedPNG()
    let below = try DecodedImage(encoded: png, name: "a.png", options: .init(minimumSize: wish))
    #expect(below.image.size == Self.size)
    let above = try DecodedImage(
      encoded: png, name: "a.png", options: .init(maximumDecodedPixels: 1000, minimumSize: wish))
    #expect(above.image == Self.means(of: Self.picture, divisor: 4))
    let jpeg = try Fixtures.smooth(Self.size).encodedJPEG()
    let photograph = try DecodedImage(encoded: jpeg, name: "a.jpg", options: .init(maximumDecodedPixels: 100))
    #expect(photograph.image.size == ImageSize(width: 10, height: 8))
    #expect(photograph.originalSize == Self.size)
  }

  /// The picture of a telephone, of one bit a pixel so that the test is quick.
  @Test func aPhotographOf108MillionPixels() throws {
    let size = ImageSize(width: 12_000, height: 9_000)
    var rows = [UInt8](repeating: 0, count: size.width / 8 * size.height)
    // The second pixel of the upper row.
    rows[0] = 0b0100_0000
    let bytes = BMPFixture.file(
      width: size.width, height: -size.height, bits: 1, colors: [[0, 0, 0], [255, 255, 255]], pixels: rows)
    let options = ImageDecodingOptions(minimumSize: ImageSize(width: 416, height: 416))
    let decoded = try DecodedImage(encoded: bytes, name: "a.bmp", options: options)
    #expect(decoded.originalSize == size)
    #expect(decoded.image.size == ImageSize(width: 1500, height: 1125))
    // One of 64 is white.
    #expect(Array(decoded.image.pixels[..<6]) == [4, 4, 4, 0, 0, 0])
  }

  /// Deflate packs 1032 bytes into one at most.
  @Test func aPNGTooShortForItsPixelsIsTruncated() {
    let bytes =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + PNGFixture.chunk(
        "IHDR", PNGFixture.bigEndian(40_000) + PNGFixture.bigEndian(50_000) + [8, 2, 0, 0, 0])
      + PNGFixture.chunk("IDAT", [0x78, 0x9C, 0x63]) + PNGFixture.chunk("IEND", [])
    #expect(throws: ImageError(file: "a.png", reason: .truncated)) { try RGBImage(encoded: bytes, name: "a.png") }
  }
}
