import Foundation
import ImageCodecs

/// A folder of its own for one test, removed with the object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/peregrine-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  @discardableResult
  func write(_ data: Data, to name: String) throws -> String {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    return url.path
  }

  /// As PNG.
  @discardableResult
  func write(_ image: RGBImage, to name: String) throws -> String {
    try write(Data(image.encodedPNG()), to: name)
  }

  /// An image of one colour, as PNG.
  @discardableResult
  func writeImage(_ name: String, width: Int = 100, height: Int = 80) throws -> String {
    try write(RGBImage(size: ImageSize(width: width, height: height), color: (10, 20, 30)), to: name)
  }
}
