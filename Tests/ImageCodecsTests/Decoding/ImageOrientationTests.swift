import ImageCodecs
import Testing

struct ImageOrientationTests {
  /// Stored: a b c over d e f. Each line is a row of the upright image.
  static let upright: [(ImageOrientation, [String])] = [
    (.upright, ["abc", "def"]),
    (.mirrored, ["cba", "fed"]),
    (.rotatedHalfTurn, ["fed", "cba"]),
    (.flipped, ["def", "abc"]),
    (.transposed, ["ad", "be", "cf"]),
    (.needsClockwiseTurn, ["da", "eb", "fc"]),
    (.transversed, ["fc", "eb", "da"]),
    (.needsAnticlockwiseTurn, ["cf", "be", "ad"]),
  ]

  static func image(_ rows: [String]) -> RGBImage {
    RGBImage(
      size: ImageSize(width: rows[0].utf8.count, height: rows.count),
      pixels: rows.joined().utf8.flatMap { [$0, $0 + 50, $0 + 100] })
  }

  @Test(arguments: upright)
  func storedPixelsTurnUpright(orientation: ImageOrientation, rows: [String]) {
    #expect(Self.image(["abc", "def"]).oriented(orientation) == Self.image(rows))
  }

  @Test(arguments: upright, [false, true])
  func appliedFromPNG(expected: (ImageOrientation, [String]), littleEndian: Bool) throws {
    let (orientation, rows) = expected
    let letters = Array("abcdef".utf8)
    let file = PNGFixture(
      size: ImageSize(width: 3, height: 2), colorType: .rgb,
      samples: { x, y in [0, 50, 100].map { Int(letters[3 * y + x]) + $0 } },
      exif: Fixtures.exif(orientation: orientation.rawValue, littleEndian: littleEndian)
    ).bytes
    #expect(try RGBImage(encoded: file, name: "a.png") == Self.image(rows))
    let header = try ImageHeader(encoded: file, name: "a.png")
    #expect(header.orientation == orientation)
    #expect(header.size == Self.image(rows).size)
    #expect(header.storedSize == ImageSize(width: 3, height: 2))
  }

  @Test(arguments: ImageOrientation.allCases, [false, true])
  func appliedFromJPEG(orientation: ImageOrientation, littleEndian: Bool) throws {
    let plain = try Fixtures.smooth(ImageSize(width: 80, height: 70)).encodedJPEG()
    let exif = Array("Exif\0\0".utf8) + Fixtures.exif(orientation: orientation.rawValue, littleEndian: littleEndian)
    let tagged = Fixtures.jpeg(plain, inserting: exif, marker: 0xE1)
    let stored = try RGBImage(encoded: plain, name: "a.jpg")
    #expect(try RGBImage(encoded: tagged, name: "a.jpg") == stored.oriented(orientation))
    let header = try ImageHeader(encoded: tagged, name: "a.jpg")
    #expect(header.orientation == orientation)
    #expect(header.size == orientation.upright(ImageSize(width: 80, height: 70)))
  }

  @Test(arguments: [0, 9, 255])
  func invalidOrientationsAreUpright(value: Int) throws {
    let plain = try Fixtures.smooth(ImageSize(width: 8, height: 4)).encodedJPEG()
    let exif = Array("Exif\0\0".utf8) + Fixtures.exif(orientation: value, littleEndian: true)
    let tagged = Fixtures.jpeg(plain, inserting: exif, marker: 0xE1)
    #expect(try ImageHeader(encoded: tagged, name: "a.jpg").orientation == .upright)
  }

  @Test func everyPrefixOfAnExifBlockIsHarmless() throws {
    let plain = try Fixtures.smooth(ImageSize(width: 8, height: 4)).encodedJPEG()
    let exif = Array("Exif\0\0".utf8) + Fixtures.exif(orientation: 6, littleEndian: false)
    for length in 0..<exif.count {
      let tagged = Fixtures.jpeg(plain, inserting: Array(exif[..<length]), marker: 0xE1)
      let orientation = try ImageHeader(encoded: tagged, name: "a.jpg").orientation
      // Of the block, all but the offset of the next directory is needed.
      #expect(orientation == (length >= exif.count - 4 ? .needsClockwiseTurn : .upright))
    }
  }
}
