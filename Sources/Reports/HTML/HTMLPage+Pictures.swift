import Foundation
import ImageCodecs

extension HTMLPage {
  /// A picture inside the page, with what is said below it.
  static func figure(_ image: RGBImage, name: String, caption: String) throws -> String {
    let data = Data(try image.encodedPNG()).base64EncodedString()
    return "<figure><img width=\"\(image.width)\" height=\"\(image.height)\" alt=\"\(HTMLText.escaped(name))\" "
      + "src=\"data:image/png;base64,\(data)\"><figcaption>\(HTMLText.escaped(caption))</figcaption></figure>"
  }
}

extension RGBImage {
  /// At most 160 pixels wide and high; tiny images three times as large.
  var thumbnail: RGBImage {
    let longest = max(width, height)
    let scale = longest > 160 ? 160 / Double(longest) : longest <= 53 ? 3 : 1
    func scaled(_ extent: Int) -> Int { max(1, Int((Double(extent) * scale).rounded())) }
    return resized(to: ImageSize(width: scaled(width), height: scaled(height)))
  }
}
