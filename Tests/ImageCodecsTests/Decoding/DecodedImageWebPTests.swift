import Foundation
import ImageCodecs
import Testing

struct DecodedImageWebPTests {
  static let picture = RGBImage(size: ImageSize(width: 3, height: 2), pixels: WebPFixture.pixels)

  static func read(_ bytes: [UInt8]) throws -> RGBImage {
    let image = try RGBImage(encoded: bytes, name: "a.webp")
    let header = try ImageHeader(encoded: bytes, name: "a.webp")
    #expect(header.format == .webp && header.size == image.size)
    return image
  }

  @Test func losslessKeepsEveryPixel() throws {
    #expect(try Self.read(WebPFixture.lossless) == Self.picture)
  }

  @Test func lossy() throws {
    let flat = RGBImage(size: ImageSize(width: 16, height: 16), color: (100, 150, 200))
    #expect(Fixtures.greatestDifference(try Self.read(WebPFixture.lossy), flat) <= 3)
    // Half of it and half of white.
    let paler = RGBImage(size: flat.size, color: (177, 202, 227))
    #expect(Fixtures.greatestDifference(try Self.read(WebPFixture.clearLossy), paler) <= 3)
  }

  @Test func alphaShowsTheBackground() throws {
    let background = RGBColor(red: 0, green: 255, blue: 100)
    let image = try RGBImage(
      encoded: WebPFixture.clear, name: "a.webp", options: ImageDecodingOptions(background: background))
    let under = [0, 255, 100]
    let expected = WebPFixture.pixels.enumerated().map { index, value in
      let alpha = Int(WebPFixture.alpha[index / 3])
      return UInt8((Int(value) * alpha + under[index % 3] * (255 - alpha) + 127) / 255)
    }
    #expect(image.pixels == expected)
  }

  @Test func orientationIsApplied() throws {
    #expect(try Self.read(WebPFixture.turned) == Self.picture.oriented(.needsClockwiseTurn))
    try Fixtures.withTemporaryFolder { folder in
      try Data(WebPFixture.turned).write(to: URL(filePath: folder + "/a.webp"))
      #expect(try ImageHeader.read(folder + "/a.webp").orientation == .needsClockwiseTurn)
    }
  }

  @Test func ofAnAnimationTheFirstFrameIsRead() throws {
    #expect(try Self.read(WebPFixture.film) == Self.picture)
  }

  /// 16 × 16 at a half.
  @Test(arguments: [WebPFixture.lossy, WebPFixture.clearLossy])
  func reducedScale(bytes: [UInt8]) throws {
    let whole = try RGBImage(encoded: bytes, name: "a.webp")
    let decoded = try DecodedImage(encoded: bytes, name: "a.webp", options: .init(maximumDecodedPixels: 100))
    #expect(decoded.originalSize == whole.size && decoded.image.size == ImageSize(width: 8, height: 8))
    #expect(Fixtures.greatestDifference(decoded.image, whole.resized(to: decoded.image.size)) <= 3)
  }
}
