import ImageCodecs
import Testing

struct DecodedImagePNGTests {
  struct Layout: CustomTestStringConvertible {
    let colorType: PNGFixture.ColorType
    let bitDepth: Int
    let interlaced: Bool
    var testDescription: String { "\(colorType) \(bitDepth) bits\(interlaced ? " interlaced" : "")" }
  }

  static let layouts: [Layout] = [false, true].flatMap { interlaced in
    [
      (PNGFixture.ColorType.grey, [1, 2, 4, 8, 16]), (.palette, [1, 2, 4, 8]), (.rgb, [8, 16]),
      (.greyAlpha, [8, 16]), (.rgba, [8, 16]),
    ].flatMap { colorType, depths in
      depths.map { Layout(colorType: colorType, bitDepth: $0, interlaced: interlaced) }
    }
  }

  /// Any sample value of the depth, in a pattern without symmetry.
  static func sample(_ x: Int, _ y: Int, _ channel: Int, bitDepth: Int) -> Int {
    (x * 7919 + y * 104_729 + channel * 1299 + x * y * 31) % (1 << bitDepth)
  }

  static func eightBits(_ value: Int, bitDepth: Int) -> Int {
    let most = (1 << bitDepth) - 1
    return (value * 255 + most / 2) / most
  }

  static func blend(_ value: Int, alpha: Int, background: Int) -> UInt8 {
    UInt8((value * alpha + background * (255 - alpha) + 127) / 255)
  }

  static let background = RGBColor(red: 200, green: 30, blue: 90)
  static let size = ImageSize(width: 13, height: 11)
  static let palette: [UInt8] = (0...255).flatMap { (index: UInt8) -> [UInt8] in [index, 255 - index, index &* 7] }

  @Test(
    "data far beyond the pixels are refused before they are unpacked; a few are none of it", arguments: [false, true])
  func surplus(interlaced: Bool) throws {
    var file = PNGFixture(
      size: ImageSize(width: 10, height: 10), colorType: .grey, interlaced: interlaced, samples: { x, y in [x * y] })
    let plain = try RGBImage(encoded: file.bytes, name: "a.png")
    file.surplus = Array(repeating: 0, count: 1000)
    #expect(try RGBImage(encoded: file.bytes, name: "a.png") == plain)
    file.surplus = Array(repeating: 0, count: 40_000)
    #expect(throws: ImageError(file: "a.png", reason: .corrupt("there are far more data than pixels"))) {
      try RGBImage(encoded: file.bytes, name: "a.png")
    }
  }

  @Test("a chunk that claims a gigabyte is refused before memory is taken for it")
  func longChunk() throws {
    let file = PNGFixture(
      size: ImageSize(width: 10, height: 10), colorType: .grey, samples: { x, y in [x * y] }, exif: [1, 2, 3])
    var bytes = file.bytes
    let place = try #require(bytes.indices.dropLast(4).first { bytes[$0...].starts(with: Array("eXIf".utf8)) })
    bytes.replaceSubrange(place - 4..<place, with: PNGFixture.bigEndian(1 << 30))
    let error = try #require(throws: ImageError.self) { try ImageHeader(encoded: bytes, name: "a.png") }
    guard case .corrupt(let message) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(message.contains("too large"), "\(message)")
  }

  @Test(arguments: layouts)
  func everyLayout(layout: Layout) throws {
    let depth = layout.bitDepth
    let colorType = layout.colorType
    func samples(_ x: Int, _ y: Int) -> [Int] {
      (0..<colorType.channels).map { Self.sample(x, y, $0, bitDepth: depth) }
    }
    var file = PNGFixture(
      size: Self.size, colorType: colorType, bitDepth: depth, interlaced: layout.interlaced, samples: samples)
    if colorType == .palette { file.palette = Array(Self.palette[..<(3 << depth)]) }
    let decoded = try RGBImage(encoded: file.bytes, name: "a.png", options: .init(background: Self.background))

    var expected: [UInt8] = []
    for y in 0..<Self.size.height {
      for x in 0..<Self.size.width {
        let stored = samples(x, y)
        let values = stored.map { Self.eightBits($0, bitDepth: depth) }
        let rgba: [Int] =
          switch colorType {
          case .grey: [values[0], values[0], values[0], 255]
          case .greyAlpha: [values[0], values[0], values[0], values[1]]
          case .rgb: values + [255]
          case .rgba: values
          case .palette: (0..<3).map { Int(Self.palette[3 * stored[0] + $0]) } + [255]
          }
        expected += [
          Self.blend(rgba[0], alpha: rgba[3], background: 200), Self.blend(rgba[1], alpha: rgba[3], background: 30),
          Self.blend(rgba[2], alpha: rgba[3], background: 90),
        ]
      }
    }
    #expect(decoded == RGBImage(size: Self.size, pixels: expected))
  }

  @Test func sixteenBitsAreRounded() throws {
    let file = PNGFixture(
      size: ImageSize(width: 256, height: 256), colorType: .grey, bitDepth: 16, samples: { x, y in [256 * y + x] })
    let decoded = try RGBImage(encoded: file.bytes, name: "a.png")
    #expect((0..<65536).allSatisfy { decoded.pixels[3 * $0] == UInt8(($0 * 255 + 32767) / 65535) })
  }

  /// Palette entries with alpha 0, 51 (a fifth) and, beyond the table, 255, on white.
  @Test(arguments: [false, true])
  func paletteTransparency(interlaced: Bool) throws {
    let file = PNGFixture(
      size: ImageSize(width: 3, height: 1), colorType: .palette, bitDepth: 2, interlaced: interlaced,
      samples: { x, _ in [x] }, palette: [10, 20, 30, 0, 100, 200, 7, 8, 9], transparency: [0, 51])
    let decoded = try RGBImage(encoded: file.bytes, name: "a.png")
    #expect(decoded.pixels == [255, 255, 255, 204, 224, 244, 7, 8, 9])
  }

  @Test func keyColorIsTransparent() throws {
    let rgb = PNGFixture(
      size: ImageSize(width: 2, height: 1), colorType: .rgb, samples: { x, _ in [1, 2, 3 + x] },
      transparency: [0, 1, 0, 2, 0, 3])
    #expect(
      try RGBImage(encoded: rgb.bytes, name: "a.png", options: .init(background: .black)).pixels == [0, 0, 0, 1, 2, 4])
    let grey = PNGFixture(
      size: ImageSize(width: 2, height: 1), colorType: .grey, bitDepth: 16, samples: { x, _ in [0x1234 + x] },
      transparency: [0x12, 0x34])
    #expect(try RGBImage(encoded: grey.bytes, name: "a.png").pixels == [255, 255, 255, 18, 18, 18])
  }

  @Test func minimumSizeLeavesPNGWhole() throws {
    let file = try Fixtures.smooth(Self.size).encodedPNG()
    let options = ImageDecodingOptions(minimumSize: ImageSize(width: 1, height: 1))
    let decoded = try DecodedImage(encoded: file, name: "a.png", options: options)
    #expect(decoded.image == Fixtures.smooth(Self.size))
    #expect(decoded.originalSize == Self.size)
  }

  @Test func textAndProfilesAreSkipped() throws {
    var file = try Fixtures.smooth(Self.size).encodedPNG()
    file.insert(contentsOf: PNGFixture.chunk("zTXt", [65, 0, 0, 1, 2, 3]) + PNGFixture.chunk("iCCP", [1]), at: 33)
    #expect(try RGBImage(encoded: file, name: "a.png") == Fixtures.smooth(Self.size))
  }
}
