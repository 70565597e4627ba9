/// An 8-bit RGB image, row-major, interleaved, upright (EXIF orientation already applied).
///
/// Pixel (x, y) occupies bytes `3 * (y * width + x)` to `… + 2` of ``pixels``, in the order red, green, blue.
public struct RGBImage: Sendable, Equatable {
  public let size: ImageSize
  /// `3 * width * height` bytes.
  public var pixels: [UInt8]

  public var width: Int { size.width }
  public var height: Int { size.height }

  /// An image of one colour.
  public init(size: ImageSize, color: (red: UInt8, green: UInt8, blue: UInt8) = (0, 0, 0)) {
    precondition(size.width > 0 && size.height > 0, "an image has at least one pixel, not \(size)")
    self.size = size
    pixels = [UInt8](unsafeUninitializedCapacity: 3 * size.width * size.height) { buffer, count in
      count = 3 * size.width * size.height
      var index = 0
      while index < count {
        buffer[index] = color.red
        buffer[index + 1] = color.green
        buffer[index + 2] = color.blue
        index += 3
      }
    }
  }

  /// - Precondition: `pixels.count == 3 * size.width * size.height`.
  public init(size: ImageSize, pixels: [UInt8]) {
    precondition(
      size.width > 0 && size.height > 0 && pixels.count == 3 * size.width * size.height,
      "\(pixels.count) bytes are not an RGB image of \(size)")
    self.size = size
    self.pixels = pixels
  }
}

/// The width and height of an image in pixels.
public struct ImageSize: Hashable, Sendable, Codable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

extension ImageSize: CustomStringConvertible {
  public var description: String { "\(width)×\(height)" }
}
