import Foundation
import ImageCodecs
import Testing

struct RGBImageEncodingTests {
  @Test(arguments: [(1, 1), (3, 2), (255, 7), (300, 200)])
  func pngIsLossless(width: Int, height: Int) throws {
    let picture = Fixtures.noise(ImageSize(width: width, height: height), seed: 9)
    #expect(try RGBImage(encoded: picture.encodedPNG(), name: "a.png") == picture)
  }

  @Test func qualityTradesSizeForFidelity() throws {
    // Larger than one buffer of the destination, so that it grows on the way.
    let picture = Fixtures.noise(ImageSize(width: 500, height: 400), seed: 2)
    let sizes = try [5, 50, 92, 100].map { try picture.encodedJPEG(quality: $0).count }
    #expect(sizes == sizes.sorted() && sizes[0] * 4 < sizes[3] && sizes[3] > 131_072)
    let best = try encodeJPEG(
      samples: picture.pixels, size: picture.size, colorSpace: .yCbCr, quality: 100, subsampled: false)
    #expect(Fixtures.greatestDifference(try RGBImage(encoded: best, name: "a.jpg"), picture) <= 4)
  }

  @Test func sidesBeyondJPEGAreRefused() throws {
    let strip = RGBImage(size: ImageSize(width: 65_501, height: 1))
    let error = #expect(throws: ImageError.self) { try strip.encodedJPEG() }
    guard case .unsupported = error?.reason else {
      Issue.record("\(String(describing: error)) is not .unsupported")
      return
    }
    #expect(try RGBImage(encoded: strip.encodedPNG(), name: "a.png") == strip)
  }

  @Test(arguments: ["a.png", "b.PNG", "c.jpg", "d.jpeg"])
  func writingReplacesAndLeavesNothingElse(name: String) throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder + "/" + name
      try Data("old".utf8).write(to: URL(filePath: path))
      let picture = Fixtures.smooth(ImageSize(width: 40, height: 30))
      try picture.write(to: path, quality: 100)
      let limit = name.lowercased().hasSuffix("png") ? 0 : 8
      #expect(Fixtures.greatestDifference(try RGBImage(contentsOf: path), picture) <= limit)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
    }
  }

  @Test func writingThatFails() throws {
    let picture = RGBImage(size: ImageSize(width: 1, height: 1))
    #expect(throws: ImageError(file: "/no/such/a.png", reason: .unwritable(code: ENOENT))) {
      try picture.write(to: "/no/such/a.png")
    }
    #expect(
      throws: ImageError(
        file: "a.gif", reason: .unsupported("the extension to write must be .jpg, .jpeg or .png"))
    ) { try picture.write(to: "a.gif") }
    try Fixtures.withTemporaryFolder { folder in
      // A folder stands where the file should go.
      try FileManager.default.createDirectory(atPath: folder + "/a.png", withIntermediateDirectories: false)
      #expect(throws: ImageError(file: folder + "/a.png", reason: .unwritable(code: EISDIR))) {
        try picture.write(to: folder + "/a.png")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
    }
  }

  @Test func qualityOutOfRangeIsTheCallersMistake() async {
    await #expect(processExitsWith: .failure) {
      _ = try RGBImage(size: ImageSize(width: 1, height: 1)).encodedJPEG(quality: 0)
    }
  }
}
