import Foundation
import ImageCodecs
import Testing

/// `Samples/Awkward`: every file shows the picture of `upright.jpg`, or says why it does not.
struct AwkwardFilesTests {
  static let folder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    .appending(path: "Samples/Awkward").path

  static func read(_ name: String) throws -> RGBImage { try RGBImage(contentsOf: "\(folder)/\(name)") }

  /// Mean over columns `columns` of the absolute differences of all samples.
  static func difference(_ one: RGBImage, _ other: RGBImage, columns: Range<Int>? = nil) -> Double {
    let columns = columns ?? 0..<one.width
    var sum = 0
    for y in 0..<one.height {
      for index in 3 * (y * one.width + columns.lowerBound)..<3 * (y * one.width + columns.upperBound) {
        sum += abs(Int(one.pixels[index]) - Int(other.pixels[index]))
      }
    }
    return Double(sum) / Double(3 * one.height * columns.count)
  }

  @Test func everyFileIsTestedAndSmall() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
    #expect(
      names == [
        "16-bit.png", "README.md", "cmyk.jpg", "exif-rotated.jpg", "grey.jpg", "not-an-image.jpg", "palette.png",
        "transparent.png", "truncated.jpg", "upright.jpg",
      ])
    for name in names {
      let size = try FileManager.default.attributesOfItem(atPath: "\(Self.folder)/\(name)")[.size] as? Int
      #expect(try #require(size) < 100_000, "\(name)")
    }
  }

  @Test(arguments: [("exif-rotated.jpg", 3.0), ("cmyk.jpg", 5), ("16-bit.png", 4), ("palette.png", 16)])
  func showsTheSamePicture(name: String, tolerance: Double) throws {
    let (picture, upright) = (try Self.read(name), try Self.read("upright.jpg"))
    try #require(picture.size == upright.size)
    #expect(Self.difference(picture, upright) < tolerance)
    // The tolerance tells pictures apart.
    let blank = RGBImage(size: upright.size, color: (128, 128, 128))
    #expect(Self.difference(blank, upright) > 20)
  }

  @Test func theRotatedFileIsStoredOnItsSide() throws {
    let upright = try Self.read("upright.jpg").size
    let header = try ImageHeader.read(Self.folder + "/exif-rotated.jpg")
    #expect(header.size == upright && header.orientation == .needsClockwiseTurn)
  }

  @Test func greyHasEqualChannels() throws {
    let (grey, upright) = (try Self.read("grey.jpg"), try Self.read("upright.jpg"))
    try #require(grey.size == upright.size)
    var sum = 0.0
    for index in stride(from: 0, to: grey.pixels.count, by: 3) {
      #expect(grey.pixels[index] == grey.pixels[index + 1] && grey.pixels[index] == grey.pixels[index + 2])
      let (red, green, blue) = (upright.pixels[index], upright.pixels[index + 1], upright.pixels[index + 2])
      sum += abs(0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) - Double(grey.pixels[index]))
    }
    #expect(sum / Double(grey.pixels.count / 3) < 3)
  }

  @Test func transparencyShowsWhite() throws {
    let (transparent, upright) = (try Self.read("transparent.png"), try Self.read("upright.jpg"))
    try #require(transparent.size == upright.size)
    let (width, third) = (upright.width, upright.width / 3)
    let white = RGBImage(size: upright.size, color: (255, 255, 255))
    let half = RGBImage(size: upright.size, pixels: upright.pixels.map { 127 + $0 / 2 })
    #expect(Self.difference(transparent, white, columns: 0..<third) == 0)
    #expect(Self.difference(transparent, half, columns: third..<2 * third) < 3)
    #expect(Self.difference(transparent, upright, columns: width - third..<width) < 4)
  }

  @Test(arguments: [
    ("truncated.jpg", ImageError.Reason.truncated, "truncated: the file ends before the image does"),
    ("not-an-image.jpg", .unknownFormat, "not an image: the content is not JPEG, PNG, WebP, TIFF or BMP"),
  ])
  func unreadableFilesSayWhy(name: String, reason: ImageError.Reason, sentence: String) {
    let path = "\(Self.folder)/\(name)"
    let error = #expect(throws: ImageError.self) { try RGBImage(contentsOf: path) }
    #expect(error == ImageError(file: path, reason: reason))
    #expect(error.map { "\($0)" } == "\(path): \(sentence)")
  }
}
