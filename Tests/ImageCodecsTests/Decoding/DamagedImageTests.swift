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
      Sample(
        name: "strips.tif",
        bytes: TIFFFixture(
          size: size, photometric: .rgb, bits: 16, samples: { x, y in [x * 900, y * 900, x * y] }, sampleCount: 3,
          rowsPerStrip: 5
        ).bytes),
      Sample(
        name: "tiles.tif",
        bytes: TIFFFixture(
          size: size, photometric: .rgb, samples: { x, y in [x, y, x * y % 256] }, sampleCount: 3, isBigEndian: true,
          hasPlanes: true, tile: ImageSize(width: 16, height: 16)
        ).bytes),
      Sample(
        name: "palette.tif",
        bytes: TIFFFixture(
          size: ImageSize(width: 7, height: 3), photometric: .palette, samples: { x, y in [x * y] },
          colorMap: (0..<768).map { $0 * 85 }
        ).bytes),
      Sample(
        name: "palette.bmp",
        bytes: BMPFixture.file(
          width: 29, height: 4, bits: 4, colors: [[1, 2, 3], [4, 5, 6]], pixels: [UInt8](repeating: 0x10, count: 63))),
      Sample(
        name: "runs.bmp",
        bytes: BMPFixture.file(
          width: 9, height: 2, bits: 8, compression: 1, colors: [[1, 2, 3], [4, 5, 6]],
          pixels: [9, 1, 0, 0, 0, 4, 0, 1, 0, 1, 5, 0, 0, 1])),
      Sample(name: "lossy.webp", bytes: WebPFixture.lossy),
      Sample(name: "clear.webp", bytes: WebPFixture.clear),
      Sample(name: "turned.webp", bytes: WebPFixture.turned),
      Sample(name: "film.webp", bytes: WebPFixture.film),
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

  @Test(arguments: 0..<15)
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
    // Nothing tells that a pixel of a TIFF without compression was changed.
    #expect(refused > (sample.name.hasSuffix(".tif") ? 5 : 50))
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

  @Test(arguments: [ImageSize(width: 1 << 30, height: 1 << 30), ImageSize(width: 1 << 16, height: 1 << 15 | 1)])
  func pixelLimitIsCheckedFromTheHeader(size: ImageSize) throws {
    let bytes =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + PNGFixture.chunk(
        "IHDR", PNGFixture.bigEndian(size.width) + PNGFixture.bigEndian(size.height) + [8, 2, 0, 0, 0])
      + PNGFixture.chunk("IDAT", [])
    #expect(throws: ImageError(file: "a.png", reason: .tooManyPixels(size, limit: 1 << 31))) {
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
    ("a", Array("GIF89a".utf8), .foreign("GIF")),
    ("dir.png/a.JPG", Array("GIF89a".utf8), .foreign("GIF")),
    ("a.jpg", Array("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic".utf8), .foreign("HEIC")),
    ("a.heif", Array("\0\0\0\u{18}ftypmif1\0\0\0\0mif1miaf".utf8), .foreign("HEIF")),
    ("a.avif", Array("\0\0\0\u{1C}ftypmif1\0\0\0\0mif1avifmiaf".utf8), .foreign("AVIF")),
    ("a.mp4", Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8), .foreign("a film")),
    ("a.jp2", Array("\0\0\0\u{0C}jP  \r\n".utf8) + [0x87, 0x0A], .foreign("JPEG 2000")),
    ("a.psd", Array("8BPS\0\u{1}".utf8), .foreign("PSD")),
    ("a.svg", Array("<?xml version=\"1.0\"?>\n<svg xmlns=\"\">".utf8), .foreign("SVG")),
    ("a.cr2", Array("II*\0\u{10}\0\0\0CR\u{2}\0".utf8), .foreign("CR2")),
    ("a.jpg", Array("<!DOCTYPE html><title>404</title>".utf8), .foreign("an HTML page")),
    ("a.jpg", Array("version https://git-lfs.github.com/spec/v1\n".utf8), .foreign("a Git LFS pointer")),
    ("a.png", Array("RIFF....WEBP".utf8), .truncated),
    ("a.bmp", Array("BM....".utf8), .truncated),
  ])
  func contentThatIsNoImage(name: String, bytes: [UInt8], reason: ImageError.Reason) {
    #expect(throws: ImageError(file: name, reason: reason)) { try RGBImage(encoded: bytes, name: name) }
    #expect(throws: ImageError(file: name, reason: reason)) { try ImageHeader(encoded: bytes, name: name) }
  }

  @Test func theContentDecidesWhateverTheNameSays() throws {
    let picture = Fixtures.smooth(ImageSize(width: 4, height: 4))
    let (jpeg, png) = (try picture.encodedJPEG(), try picture.encodedPNG())
    for name in ["b.jpeg", "b.gif", "b.image", "b"] {
      #expect(try RGBImage(encoded: png, name: name) == picture)
      #expect(try ImageHeader(encoded: png, name: name).format == .png)
    }
    #expect(try ImageHeader(encoded: jpeg, name: "a/b.PNG").format == .jpeg)
    #expect(ImageFormat.jpeg.misnaming(of: "a/b.PNG") == "is JPEG, but called .png")
    #expect(ImageFormat.png.misnaming(of: "b.heic") == "is PNG, but called .heic")
    for name in ["b.png", "b.PNG", "b", "b.image", "x.jpg/b"] { #expect(ImageFormat.png.misnaming(of: name) == nil) }
    for name in ["b.jpg", "b.JPEG", "b.jfif", "b.jpe"] { #expect(ImageFormat.jpeg.misnaming(of: name) == nil) }
  }

  @Test func aForeignFormatIsNamedWithThoseThatAreRead() {
    let error = ImageError(file: "a.jpg", reason: .foreign("HEIC"))
    #expect(error.description == "a.jpg: is HEIC, which is not read; expected JPEG, PNG, WebP, TIFF or BMP")
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

  @Test("a side that a few bytes state is refused before a row of it is held")
  func longSide() throws {
    let size = ImageSize(width: 700_000_000, height: 1)
    let tiff = TIFFFixture(size: ImageSize(width: 2, height: 1), samples: { _, _ in [0] })
    // The width is the first tag, whose value stands 8 bytes behind its beginning.
    let wide = tiff.bytes.replacingSubrange(18..<22, with: BMPFixture.number(size.width, 4))
    let files = [
      BMPFixture.file(width: size.width, height: 1, bits: 8, compression: 1, colors: [[0, 0, 0]], pixels: [0, 1]), wide,
    ]
    for bytes in files {
      #expect(throws: ImageError(file: "a", reason: .unsupported("a side of more than 16777216 pixels"))) {
        try RGBImage(encoded: bytes, name: "a")
      }
    }
  }
}

extension [UInt8] {
  fileprivate func replacingSubrange(_ range: Range<Int>, with bytes: [UInt8]) -> [UInt8] {
    var copy = self
    copy.replaceSubrange(range, with: bytes)
    return copy
  }
}
