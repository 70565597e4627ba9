import Foundation
import ImageCodecs
import Testing

struct DecodedImageTIFFTests {
  static let size = ImageSize(width: 21, height: 18)
  static let picture = Fixtures.noise(size, seed: 6)

  static func color(_ x: Int, _ y: Int) -> [Int] {
    let place = 3 * (y * size.width + x)
    return picture.pixels[place..<place + 3].map(Int.init)
  }

  static func read(_ fixture: TIFFFixture) throws -> RGBImage {
    let header = try ImageHeader(encoded: fixture.bytes, name: "a.tif")
    let image = try RGBImage(encoded: fixture.bytes, name: "a.tif")
    #expect(header.format == .tiff && header.size == image.size)
    return image
  }

  @Test(arguments: [false, true], [8, 16])
  func everyLayoutGivesTheSamePixels(isBigEndian: Bool, bits: Int) throws {
    // Of 16 bits a value is 257 times that of 8, and at most 128 more or less than it.
    let sample = { (x: Int, y: Int) in
      Self.color(x, y).map { bits == 8 ? $0 : min(max(257 * $0 + (x + y) % 2 * 256 - 128, 0), 65535) }
    }
    var fixture = TIFFFixture(
      size: Self.size, photometric: .rgb, bits: bits, samples: sample, sampleCount: 3, isBigEndian: isBigEndian)
    for hasPlanes in [false, true] {
      fixture.hasPlanes = hasPlanes
      fixture.tile = nil
      for rows in [1, 5, 18] {
        fixture.rowsPerStrip = rows
        #expect(try Self.read(fixture) == Self.picture, "strips of \(rows), planes: \(hasPlanes)")
      }
      fixture.tile = ImageSize(width: 16, height: 16)
      #expect(try Self.read(fixture) == Self.picture, "tiles, planes: \(hasPlanes)")
    }
  }

  /// 1 of 1, 2 of 3, 9 of 15, 3000 of 4095 and 30000 of 65535, as a share of 255.
  @Test(
    arguments: [(1, 1, 255), (2, 2, 170), (4, 9, 153), (12, 3000, 187), (16, 30000, 117), (16, 65535, 255)]
      as [(Int, Int, UInt8)])
  func greyOfEveryDepth(bits: Int, value: Int, level: UInt8) throws {
    for photometric in [TIFFFixture.Photometric.minIsBlack, .minIsWhite] {
      let fixture = TIFFFixture(
        size: Self.size, photometric: photometric, bits: bits, samples: { x, y in [x == 1 && y == 0 ? value : 0] })
      let zero: UInt8 = photometric == .minIsBlack ? 0 : 255
      let expected = photometric == .minIsBlack ? level : 255 - level
      let pixels = try Self.read(fixture).pixels
      #expect(Array(pixels[..<6]) == [zero, zero, zero, expected, expected, expected])
      #expect(try ImageHeader(encoded: fixture.bytes, name: "a.tif").isGrey)
    }
  }

  /// The high byte of the palette's 16 bits, or all of it where no program has written more.
  @Test(arguments: [256, 257, 1])
  func palette(factor: Int) throws {
    let colors = [[10, 20, 30], [255, 0, 7], [1, 2, 250], [90, 91, 92]]
    let fixture = TIFFFixture(
      size: ImageSize(width: 4, height: 1), photometric: .palette, bits: 2, samples: { x, _ in [x] },
      colorMap: (0..<3).flatMap { channel in colors.map { $0[channel] * factor } })
    #expect(try Self.read(fixture).pixels == colors.flatMap { $0 }.map { UInt8($0) })
  }

  /// 100 half clear on white: (100 × 128 + 255 × 127 + 127) / 255 = 177; as weighted colour 100 + 127 = 227.
  @Test(arguments: [([2], 177), ([1], 227), ([0], 100), ([], 177)] as [([Int], UInt8)])
  func alpha(kind: [Int], level: UInt8) throws {
    let fixture = TIFFFixture(
      size: ImageSize(width: 3, height: 2), photometric: .rgb, samples: { _, _ in [100, 100, 100, 128] },
      sampleCount: 4, extraSamples: kind)
    #expect(try Self.read(fixture).pixels == [UInt8](repeating: level, count: 18))
  }

  /// (255 − 55) × (255 − 127) / 255 = 100.4
  @Test func inks() throws {
    let fixture = TIFFFixture(
      size: ImageSize(width: 1, height: 1), photometric: .inks, samples: { _, _ in [55, 255, 0, 127] }, sampleCount: 4)
    #expect(try Self.read(fixture).pixels == [100, 0, 128])
  }

  @Test(arguments: ImageOrientation.allCases)
  func orientationIsApplied(orientation: ImageOrientation) throws {
    let fixture = TIFFFixture(
      size: Self.size, photometric: .rgb, samples: Self.color, sampleCount: 3, orientation: orientation.rawValue)
    #expect(try Self.read(fixture) == Self.picture.oriented(orientation))
    #expect(try ImageHeader(encoded: fixture.bytes, name: "a.tif").orientation == orientation)
  }

  @Test func whatHasNoPicture() throws {
    let plain = TIFFFixture(size: Self.size, samples: { _, _ in [0] })
    var cases: [(TIFFFixture, ImageError.Reason)] = []
    var fixture = plain
    fixture.sampleFormat = 2
    cases.append((fixture, .unsupported("a TIFF of samples with a sign")))
    fixture.sampleFormat = 3
    cases.append((fixture, .unsupported("a TIFF of floating-point samples, whose range nothing states")))
    fixture = plain
    fixture.samples = { _, _ in [0, 0, 0, 0] }
    fixture.sampleCount = 4
    cases.append((fixture, .unsupported("a TIFF of several channels that are not said to be colours")))
    fixture = plain
    fixture.moreTags = [(50706, 1, [1, 4, 0, 0])]
    cases.append((fixture, .foreign("DNG")))
    fixture.moreTags = [(254, 4, [1])]
    cases.append((fixture, .unsupported("the first page of this TIFF is a reduced copy, as in raw photographs")))
    fixture.moreTags = []
    fixture.photometric = .colorFilterArray
    cases.append((fixture, .foreign("a raw photograph")))
    for (fixture, reason) in cases {
      #expect(throws: ImageError(file: "a.tif", reason: reason)) {
        try ImageHeader(encoded: fixture.bytes, name: "a.tif")
      }
    }
  }

  @Test func tilesFarLargerThanTheImageAreRefused() throws {
    var bytes = TIFFFixture(
      size: Self.size, samples: { _, _ in [0] }, tile: ImageSize(width: 32, height: 16)
    ).bytes
    // The value of tag 322, little endian.
    let tag = try #require(bytes.indices.first { Array(bytes[$0...].prefix(4)) == [0x42, 1, 4, 0] })
    bytes[tag + 11] = 1
    let reason = ImageError.Reason.corrupt("its tiles are far larger than the image")
    #expect(throws: ImageError(file: "a.tif", reason: reason)) { try RGBImage(encoded: bytes, name: "a.tif") }
  }

  @Test func theHeaderOfAFileIsReadWithoutItsPixels() throws {
    try Fixtures.withTemporaryFolder { folder in
      let fixture = TIFFFixture(
        size: ImageSize(width: 4000, height: 100), samples: { _, _ in [7] }, orientation: 6)
      try Data(fixture.bytes[..<1000]).write(to: URL(filePath: folder + "/a.tif"))
      #expect(try ImageHeader.read(folder + "/a.tif").size == ImageSize(width: 100, height: 4000))
    }
  }
}
