import Foundation
import ImageCodecs
import Testing

struct ImageHeaderTests {
  static let size = ImageSize(width: 33, height: 17)

  @Test(arguments: [ImageFormat.jpeg, .png])
  func sizeAndFormatFromTheHeadAlone(format: ImageFormat) throws {
    try Fixtures.withTemporaryFolder { folder in
      let noise = Fixtures.noise(ImageSize(width: 400, height: 300), seed: 1)
      let (bytes, name) = try format == .jpeg ? (noise.encodedJPEG(), "/a.jpg") : (noise.encodedPNG(), "/a.png")
      // A header stands though the pixels are cut off.
      try Data(bytes[..<1000]).write(to: URL(filePath: folder + name))
      let header = try ImageHeader.read(folder + name)
      #expect(header.format == format)
      #expect(header.size == noise.size)
      #expect(header.storedSize == noise.size)
      #expect(header.orientation == .upright)
      #expect(throws: ImageError(file: folder + name, reason: .truncated)) {
        try RGBImage(contentsOf: folder + name)
      }
    }
  }

  /// 240 kB of profile stand before the size.
  @Test func longHeadersAreReadOn() throws {
    try Fixtures.withTemporaryFolder { folder in
      var bytes = try Fixtures.smooth(Self.size).encodedJPEG()
      for _ in 0..<4 { bytes = Fixtures.jpeg(bytes, inserting: [UInt8](repeating: 7, count: 60_000), marker: 0xE2) }
      try Data(bytes).write(to: URL(filePath: folder + "/a.jpg"))
      #expect(try ImageHeader.read(folder + "/a.jpg").size == Self.size)
      try Data(bytes[..<200_000]).write(to: URL(filePath: folder + "/a.jpg"))
      #expect(throws: ImageError(file: folder + "/a.jpg", reason: .truncated)) {
        try ImageHeader.read(folder + "/a.jpg")
      }
    }
  }

  @Test func missingFile() {
    #expect(throws: ImageError(file: "/no/such/a.jpg", reason: .unreadable(code: ENOENT))) {
      try ImageHeader.read("/no/such/a.jpg")
    }
  }
}

/// Photographs beside the package, where a workplace has them.
struct PhotographTests {
  static let folder =
    (ProcessInfo.processInfo.environment["PEREGRINE_DATA"]
      ?? URL(filePath: #filePath).appending(path: "../../../../../shared/data").standardizedFileURL
      .path(percentEncoded: false)) + "/photos"

  static let files =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".jpg") }.sorted()

  @Test(.enabled(if: !files.isEmpty, "no photographs: set PEREGRINE_DATA to the folder that holds photos/"))
  func headersAgreeWithPixels() throws {
    for file in Self.files {
      let path = Self.folder + "/" + file
      let size = try ImageHeader.read(path).size
      #expect(try RGBImage(contentsOf: path).size == size)
      let half = ImageSize(width: size.width / 2, height: size.height / 2)
      let reduced = try DecodedImage(contentsOf: path, options: .init(minimumSize: half))
      #expect(reduced.originalSize == size)
      #expect(reduced.image.width == (size.width + 1) / 2)
    }
  }
}
