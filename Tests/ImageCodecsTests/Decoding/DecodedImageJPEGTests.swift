import ImageCodecs
import Testing

struct DecodedImageJPEGTests {
  static let size = ImageSize(width: 37, height: 21)

  @Test(arguments: [false, true], [JPEGColorSpace.yCbCr, .rgb])
  func colorsSurvive(progressive: Bool, colorSpace: JPEGColorSpace) throws {
    let picture = Fixtures.smooth(Self.size)
    let encoded = try encodeJPEG(
      samples: picture.pixels, size: Self.size, colorSpace: colorSpace, quality: 100, subsampled: false,
      progressive: progressive)
    let decoded = try RGBImage(encoded: encoded, name: "a.jpg")
    #expect(decoded.size == Self.size)
    #expect(Fixtures.greatestDifference(decoded, picture) <= 3)
  }

  @Test func progressiveAndBaselineHoldTheSamePixels() throws {
    let picture = Fixtures.noise(Self.size, seed: 1)
    let files = try [false, true].map { progressive in
      try encodeJPEG(
        samples: picture.pixels, size: Self.size, colorSpace: .yCbCr, quality: 70, progressive: progressive)
    }
    #expect(files[0] != files[1])
    let decoded = try files.map { try RGBImage(encoded: $0, name: "a.jpg") }
    #expect(decoded[0] == decoded[1])
  }

  @Test func greyFillsThreeChannels() throws {
    let encoded = try encodeJPEG(
      samples: [UInt8](repeating: 77, count: 9 * 5), size: ImageSize(width: 9, height: 5), colorSpace: .grey,
      quality: 100)
    let decoded = try RGBImage(encoded: encoded, name: "grey.jpg")
    #expect(decoded.pixels == [UInt8](repeating: 77, count: 3 * 9 * 5))
  }

  /// Inverted CMYK: 255 is no ink, and a colour is its own share of the light times that of the key.
  @Test(arguments: [JPEGColorSpace.cmyk, .ycck])
  func inverseInksMultiply(colorSpace: JPEGColorSpace) throws {
    let inks: [UInt8] = [200, 100, 50, 128]
    let size = ImageSize(width: 8, height: 8)
    let encoded = try encodeJPEG(
      samples: (0..<64).flatMap { _ in inks }, size: size, colorSpace: colorSpace, quality: 100)
    let decoded = try RGBImage(encoded: encoded, name: "inks.jpg")
    // 200 × 128 / 255 = 100.4, 100 × 128 / 255 = 50.2, 50 × 128 / 255 = 25.1
    #expect(Fixtures.greatestDifference(decoded, RGBImage(size: size, color: (100, 50, 25))) <= 1)
  }

  /// 64 × 48 stored; the smallest scale that still covers the wish on both sides.
  @Test(arguments: [
    (33, 20, 64, 48), (32, 25, 64, 48), (32, 24, 32, 24), (16, 13, 32, 24), (16, 12, 16, 12), (8, 6, 8, 6),
    (1, 1, 8, 6),
    (100, 100, 64, 48),
  ])
  func reducedScale(wishedWidth: Int, wishedHeight: Int, width: Int, height: Int) throws {
    let size = ImageSize(width: 64, height: 48)
    let picture = Fixtures.smooth(size)
    let options = ImageDecodingOptions(minimumSize: ImageSize(width: wishedWidth, height: wishedHeight))
    let decoded = try DecodedImage(encoded: picture.encodedJPEG(quality: 100), name: "a.jpg", options: options)
    #expect(decoded.image.size == ImageSize(width: width, height: height))
    #expect(decoded.originalSize == size)
    #expect(Fixtures.greatestDifference(decoded.image, picture.resized(to: decoded.image.size)) <= 12)
  }

  @Test func reducedScaleGoesByTheUprightSize() throws {
    let plain = try Fixtures.smooth(ImageSize(width: 64, height: 16)).encodedJPEG()
    let turned = Fixtures.jpeg(
      plain, inserting: Array("Exif\0\0".utf8) + Fixtures.exif(orientation: 6, littleEndian: true), marker: 0xE1)
    let options = ImageDecodingOptions(minimumSize: ImageSize(width: 4, height: 30))
    let decoded = try DecodedImage(encoded: turned, name: "a.jpg", options: options)
    #expect(decoded.image.size == ImageSize(width: 8, height: 32))
    #expect(decoded.originalSize == ImageSize(width: 16, height: 64))
  }

  @Test func oddSizesRoundUp() throws {
    let options = ImageDecodingOptions(minimumSize: ImageSize(width: 1, height: 1))
    let decoded = try DecodedImage(
      encoded: Fixtures.smooth(ImageSize(width: 17, height: 9)).encodedJPEG(), name: "a.jpg", options: options)
    #expect(decoded.image.size == ImageSize(width: 3, height: 2))
  }

  @Test func strayBytesAreTolerated() throws {
    let whole = try Fixtures.smooth(Self.size).encodedJPEG()
    let expected = try RGBImage(encoded: whole, name: "a.jpg")
    // Behind the JFIF segment: marker, length 16, content.
    let beforeMarker = Array(whole[..<20]) + [0x00, 0x12, 0x34] + whole[20...]
    #expect(try RGBImage(encoded: beforeMarker, name: "a.jpg") == expected)
    #expect(try RGBImage(encoded: whole + [1, 2, 3, 4, 5], name: "a.jpg") == expected)
  }

  @Test func scansAreCounted() throws {
    let picture = Fixtures.smooth(Self.size)
    let progressive = try encodeJPEG(
      samples: picture.pixels, size: Self.size, colorSpace: .yCbCr, quality: 80, progressive: true)
    let scans = progressive.indices.dropLast().count { progressive[$0] == 0xFF && progressive[$0 + 1] == 0xDA }
    #expect(scans == 10)
    _ = try RGBImage(encoded: progressive, name: "p.jpg", options: .init(maximumScans: 10))
    #expect(throws: ImageError(file: "p.jpg", reason: .tooManyScans(limit: 9))) {
      try RGBImage(encoded: progressive, name: "p.jpg", options: .init(maximumScans: 9))
    }
  }

  @Test func aThousandScansAreRefusedByDefault() throws {
    let picture = Fixtures.smooth(Self.size)
    let progressive = try encodeJPEG(
      samples: picture.pixels, size: Self.size, colorSpace: .yCbCr, quality: 80, progressive: true)
    // The first scan, up to the tables of the second, says the same however often it is repeated.
    let start = try #require(
      progressive.indices.dropLast().first { progressive[$0] == 0xFF && progressive[$0 + 1] == 0xDA })
    let end = try #require(
      (start..<progressive.count - 1).first { progressive[$0] == 0xFF && progressive[$0 + 1] == 0xC4 })
    let scan = progressive[start..<end]
    let bomb = progressive[..<end] + (0..<1000).flatMap { _ in scan } + progressive[end...]
    #expect(throws: ImageError(file: "bomb.jpg", reason: .tooManyScans(limit: 100))) {
      try RGBImage(encoded: Array(bomb), name: "bomb.jpg")
    }
    // But for the limit it would decode.
    let decoded = try RGBImage(encoded: Array(bomb), name: "bomb.jpg", options: .init(maximumScans: 2000))
    #expect(try decoded == RGBImage(encoded: progressive, name: "p.jpg"))
  }

  /// 60000 × 35000 pixels take 6 GB of coefficients, at any scale.
  @Test func memoryOfManyScansIsBounded() throws {
    var encoded = try encodeJPEG(
      samples: Fixtures.smooth(Self.size).pixels, size: Self.size, colorSpace: .yCbCr, quality: 80, progressive: true)
    let frame = try #require(encoded.indices.dropLast().first { encoded[$0] == 0xFF && encoded[$0 + 1] == 0xC2 })
    encoded.replaceSubrange(
      frame + 5..<frame + 9, with: PNGFixture.bigEndian(35_000)[2...] + PNGFixture.bigEndian(60_000)[2...])
    let reason = ImageError.Reason.unsupported("a JPEG in several scans that take more than 2 GB of memory")
    #expect(throws: ImageError(file: "a.jpg", reason: reason)) { try RGBImage(encoded: encoded, name: "a.jpg") }
  }

  @Test func twelveBitsAreUnsupported() throws {
    var encoded = try Fixtures.smooth(Self.size).encodedJPEG()
    let frame = try #require(encoded.indices.dropLast().first { encoded[$0] == 0xFF && encoded[$0 + 1] == 0xC0 })
    encoded[frame + 4] = 12
    let error = #expect(throws: ImageError.self) { try RGBImage(encoded: encoded, name: "deep.jpg") }
    guard case .unsupported = error?.reason else {
      Issue.record("\(String(describing: error)) is not .unsupported")
      return
    }
  }
}
