import Foundation
import ImageCodecs
import Testing

/// Files that are no image, or no whole one: each throws what is wrong with it, and nothing ends the process.
struct DamagedImageTests {
  struct Sample: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var testDescription: String { name }
  }

  static func samples() throws -> [Sample] {
    let size = ImageSize(width: 29, height: 23)
    let picture = Fixtures.noise(size, seed: 3)
    let inks = Fixtures.noise(ImageSize(width: 4, height: 8), seed: 4).pixels
    return [
      Sample(name: "baseline.jpg", bytes: try picture.encodedJPEG(quality: 60)),
      Sample(
        name: "progressive.jpg",
        bytes: try encodeJPEG(
          samples: picture.pixels, size: size, colorSpace: .yCbCr, quality: 60, progressive: true)),
      Sample(
        name: "inks.jpg",
        bytes: try encodeJPEG(samples: inks, size: ImageSize(width: 4, height: 6), colorSpace: .ycck, quality: 60)),
      Sample(name: "rgb.png", bytes: try picture.encodedPNG()),
      Sample(
        name: "interlaced.png",
        bytes: PNGFixture(
          size: size, colorType: .rgba, bitDepth: 16, interlaced: true, samples: { x, y in [x * y, x, y, x * 2000] }
        ).bytes),
      Sample(
        name: "palette.png",
        bytes: PNGFixture(
          size: size, colorType: .palette, bitDepth: 4, samples: { x, y in [(x + y) % 16] },
          palette: Array(Fixtures.noise(ImageSize(width: 16, height: 1), seed: 5).pixels), transparency: [0, 1, 2]
        ).bytes),
    ]
  }

  @Test func everyPrefixIsTruncated() throws {
    for sample in try Self.samples() {
      _ = try RGBImage(encoded: sample.bytes, name: sample.name)
      for length in 1..<sample.bytes.count {
        #expect(throws: ImageError(file: sample.name, reason: .truncated), "\(sample.name) cut to \(length)") {
          try RGBImage(encoded: Array(sample.bytes[..<length]), name: sample.name)
        }
      }
    }
  }

  @Test(arguments: 0..<6)
  func flippedBytesNeverCrash(index: Int) throws {
    let sample = try Self.samples()[index]
    var generator = SplitMix64(state: UInt64(index) + 11)
    var refused = 0
    for _ in 0..<400 {
      var bytes = sample.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      do throws(ImageError) {
        let image = try RGBImage(encoded: bytes, name: sample.name, options: .init(maximumPixels: 1_000_000))
        #expect(image.pixels.count == 3 * image.width * image.height)
      } catch {
        #expect(error.file == sample.name)
        refused += 1
      }
    }
    #expect(refused > 50)
  }

  @Test func dataMissingInTheMiddleOfAJPEGIsCorrupt() throws {
    let whole = try Fixtures.noise(ImageSize(width: 64, height: 64), seed: 1).encodedJPEG()
    let bytes = Array(whole[..<(whole.count * 3 / 4)]) + [0xFF, 0xD9]
    let error = #expect(throws: ImageError.self) { try RGBImage(encoded: bytes, name: "a.jpg") }
    #expect(error?.description == "a.jpg: corrupt: Corrupt JPEG data: premature end of data segment")
  }

  @Test func aWrongPNGChecksumIsCorrupt() throws {
    var bytes = try Fixtures.smooth(ImageSize(width: 5, height: 5)).encodedPNG()
    bytes[bytes.count - 14] ^= 1
    #expect(throws: ImageError(file: "a.png", reason: .corrupt("IDAT: CRC error"))) {
      try RGBImage(encoded: bytes, name: "a.png")
    }
  }

  /// The chunk's checksum fits; that of the pixels inside does not.
  @Test func aWrongZlibChecksumIsCorrupt() throws {
    let fixture = PNGFixture(size: ImageSize(width: 4, height: 4), colorType: .grey, samples: { x, y in [x * y] })
    var stream = PNGFixture.zlib(fixture.scanlines)
    stream[stream.count - 1] ^= 1
    let bytes = fixture.bytes[..<33] + PNGFixture.chunk("IDAT", stream) + PNGFixture.chunk("IEND", [])
    let error = #expect(throws: ImageError.self) { try RGBImage(encoded: Array(bytes), name: "a.png") }
    #expect(error?.reason == .corrupt("IDAT: incorrect data check"))
  }

  @Test func tooFewPNGRowsAreCorrupt() throws {
    let fixture = PNGFixture(size: ImageSize(width: 4, height: 4), colorType: .grey, samples: { x, y in [x * y] })
    let stream = PNGFixture.zlib(fixture.scanlines.dropLast(7))
    let bytes = fixture.bytes[..<33] + PNGFixture.chunk("IDAT", stream) + PNGFixture.chunk("IEND", [])
    let error = #expect(throws: ImageError.self) { try RGBImage(encoded: Array(bytes), name: "a.png") }
    guard case .corrupt = error?.reason else {
      Issue.record("\(String(describing: error)) is not .corrupt")
      return
    }
  }

  @Test(arguments: [ImageSize(width: 1 << 30, height: 1 << 30), ImageSize(width: 20_000, height: 5_001)])
  func pixelLimitIsCheckedFromTheHeader(size: ImageSize) throws {
    let bytes =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + PNGFixture.chunk(
        "IHDR", PNGFixture.bigEndian(size.width) + PNGFixture.bigEndian(size.height) + [8, 2, 0, 0, 0])
      + PNGFixture.chunk("IDAT", [])
    #expect(throws: ImageError(file: "a.png", reason: .tooManyPixels(size, limit: 100_000_000))) {
      try RGBImage(encoded: bytes, name: "a.png")
    }
  }

  @Test func pixelLimitIsInclusiveAndCountsFullScale() throws {
    let size = ImageSize(width: 16, height: 16)
    let bytes = try Fixtures.smooth(size).encodedJPEG()
    var options = ImageDecodingOptions(maximumPixels: 256, minimumSize: ImageSize(width: 1, height: 1))
    _ = try RGBImage(encoded: bytes, name: "a.jpg", options: options)
    options.maximumPixels = 255
    #expect(throws: ImageError(file: "a.jpg", reason: .tooManyPixels(size, limit: 255))) {
      try RGBImage(encoded: bytes, name: "a.jpg", options: options)
    }
  }

  @Test(arguments: [
    ("a.jpg", [], ImageError.Reason.empty),
    ("a.jpg", Array("hello, world, this is text".utf8), .unknownFormat),
    ("a", Array("GIF89a".utf8), .unsupported("GIF is not read, only JPEG and PNG")),
    ("a.gif", Array("GIF89a".utf8), .unsupported("GIF is not read, only JPEG and PNG")),
    ("dir.png/a.JPG", Array("GIF89a".utf8), .mislabelled(named: "JPEG", content: "GIF")),
    ("a.png", Array("RIFF....WEBPVP8 ".utf8), .mislabelled(named: "PNG", content: "WebP")),
  ])
  func contentThatIsNoImage(name: String, bytes: [UInt8], reason: ImageError.Reason) {
    #expect(throws: ImageError(file: name, reason: reason)) { try RGBImage(encoded: bytes, name: name) }
    #expect(throws: ImageError(file: name, reason: reason)) { try ImageHeader(encoded: bytes, name: name) }
  }

  @Test func mislabelledFilesNameBothFormats() throws {
    let picture = Fixtures.smooth(ImageSize(width: 4, height: 4))
    let jpeg = try picture.encodedJPEG()
    let error = #expect(throws: ImageError.self) { try RGBImage(encoded: jpeg, name: "a/b.PNG") }
    #expect(error?.description == "a/b.PNG: the extension says PNG, but the content is JPEG")
    let png = try picture.encodedPNG()
    #expect(throws: ImageError(file: "b.jpeg", reason: .mislabelled(named: "JPEG", content: "PNG"))) {
      try RGBImage(encoded: png, name: "b.jpeg")
    }
    // A name that says nothing contradicts nothing.
    #expect(try RGBImage(encoded: png, name: "b.image") == picture)
    #expect(try RGBImage(encoded: png, name: "b") == picture)
  }

  @Test func filesThatCannotBeRead() throws {
    try Fixtures.withTemporaryFolder { folder in
      #expect(throws: ImageError(file: folder + "/none.jpg", reason: .unreadable(code: ENOENT))) {
        try RGBImage(contentsOf: folder + "/none.jpg")
      }
      #expect(throws: ImageError(file: folder, reason: .unreadable(code: EISDIR))) {
        try RGBImage(contentsOf: folder)
      }
      try Data().write(to: URL(filePath: folder + "/empty.png"))
      #expect(throws: ImageError(file: folder + "/empty.png", reason: .empty)) {
        try RGBImage(contentsOf: folder + "/empty.png")
      }
    }
    #expect(
      ImageError(file: "x", reason: .unreadable(code: ENOENT)).description
        == "x: cannot be read: No such file or directory")
  }
}
