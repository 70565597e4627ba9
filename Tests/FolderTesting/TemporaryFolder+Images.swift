import Foundation
import ImageCodecs

extension TemporaryFolder {
  /// As PNG.
  @discardableResult
  package func write(_ image: RGBImage, to name: String) throws -> String {
    try write(Data(image.encodedPNG()), to: name)
  }

  /// An image of one colour, as PNG.
  @discardableResult
  package func writeImage(_ name: String, width: Int = 100, height: Int = 80) throws -> String {
    try write(RGBImage(size: ImageSize(width: width, height: height), color: (10, 20, 30)), to: name)
  }
}
