import ImageCodecs

/// An image at a working size, half of it, a quarter, …: what a warp samples from without aliasing.
struct ImagePyramid: Sendable {
  /// Of the file, upright; boxes are in its pixels.
  let sourceSize: ImageSize
  /// Level 0 is the whole source at the working size. Level k + 1 is level k averaged two by two.
  let levels: [RGBImage]

  init(base: RGBImage, sourceSize: ImageSize, levelCount: Int) {
    self.sourceSize = sourceSize
    var levels = [base]
    while levels.count < levelCount, let last = levels.last, last.width > 1, last.height > 1 {
      levels.append(ImagePyramid.halved(last))
    }
    self.levels = levels
  }

  /// The smallest level from which `scale` (canvas pixels per pixel of level 0) shrinks by at most 2.
  func level(forScale scale: Double) -> Int {
    var level = 0
    var scale = scale
    while scale < 0.5, level + 1 < levels.count {
      scale *= 2
      level += 1
    }
    return level
  }

  /// Averages two by two. An odd last row or column is averaged with itself, so that pixel (x, y) always covers
  /// (2x, 2y)…(2x + 2, 2y + 2) of `image`.
  private static func halved(_ image: RGBImage) -> RGBImage {
    let size = ImageSize(width: (image.width + 1) / 2, height: (image.height + 1) / 2)
    let width = image.width
    let height = image.height
    var pixels = [UInt8](repeating: 0, count: 3 * size.width * size.height)
    let source = image.pixels.span
    var target = pixels.mutableSpan
    // Unchecked: rows and columns are clamped to the image above their use, and `target` is walked once.
    var output = 0
    for y in 0..<size.height {
      let upper = 3 * width * (2 * y)
      let lower = 3 * width * min(2 * y + 1, height - 1)
      for x in 0..<size.width {
        let left = 6 * x
        let right = 3 * min(2 * x + 1, width - 1)
        for channel in 0..<3 {
          let sum =
            UInt16(source[unchecked: upper + left + channel]) + UInt16(source[unchecked: upper + right + channel])
            + UInt16(source[unchecked: lower + left + channel]) + UInt16(source[unchecked: lower + right + channel])
          target[unchecked: output + channel] = UInt8(truncatingIfNeeded: (sum + 2) >> 2)
        }
        output += 3
      }
    }
    return RGBImage(size: size, pixels: pixels)
  }
}
