import Foundation
import ImageCodecs
import Testing

/// Files written by PIL and tifffile, with the pixels that they must give: see Tests/Parity/image_formats.py.
struct ImageFormatsParityTests {
  struct Entry: Decodable {
    var file: String
    var width: Int?
    var height: Int?
    var tolerance: Int?
    /// Whether the reduced picture is the mean of boxes of the stored pixels, which it is where the format is lossless.
    var scales: Bool?
    var refused: Bool?
  }

  static let folder = ProcessInfo.processInfo.environment["PEREGRINE_IMAGE_FORMATS"]

  @Test(.enabled(if: folder != nil, "no files: run Tests/Parity/image_formats.py and set PEREGRINE_IMAGE_FORMATS"))
  func everyFileGivesItsPixels() throws {
    let folder = try #require(Self.folder)
    let entries = try JSONDecoder().decode(
      [Entry].self, from: Data(contentsOf: URL(filePath: folder + "/list.json")))
    try #require(entries.count > 100)
    for entry in entries {
      let path = "\(folder)/\(entry.file)"
      guard entry.refused == nil, let width = entry.width, let height = entry.height else {
        #expect(throws: ImageError.self, "\(entry.file)") { try RGBImage(contentsOf: path) }
        continue
      }
      let pixels = Array(try Data(contentsOf: URL(filePath: path + ".rgb")))
      let expected = RGBImage(size: ImageSize(width: width, height: height), pixels: pixels)
      let image = try RGBImage(contentsOf: path)
      try #require(image.size == expected.size, "\(entry.file)")
      #expect(Fixtures.greatestDifference(image, expected) <= entry.tolerance ?? 0, "\(entry.file)")
      #expect(try ImageHeader.read(path).size == expected.size, "\(entry.file)")
      guard entry.scales == true, try ImageHeader.read(path).orientation == .upright else { continue }
      let half = try RGBImage(contentsOf: path, options: .init(maximumDecodedPixels: width * height / 2))
      let means = ReducedDecodingTests.means(of: image, divisor: 2)
      #expect(half == means, "\(entry.file) at a half")
    }
  }
}
