/// How the rows and columns stored in a file lie in the upright image (EXIF 2.3, section 4.6.4, tag Orientation).
public enum ImageOrientation: Int, Sendable, Codable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case rotatedHalfTurn = 3
  case flipped = 4
  case transposed = 5
  /// To be shown turned clockwise by 90°.
  case needsClockwiseTurn = 6
  case transversed = 7
  /// To be shown turned anticlockwise by 90°.
  case needsAnticlockwiseTurn = 8

  /// Whether width and height change places.
  public var swapsSides: Bool { rawValue >= 5 }

  /// The upright size of an image stored with this size. Its own inverse.
  public func upright(_ stored: ImageSize) -> ImageSize {
    swapsSides ? ImageSize(width: stored.height, height: stored.width) : stored
  }
}

extension RGBImage {
  /// The upright image of pixels that were stored with `orientation`.
  public func oriented(_ orientation: ImageOrientation) -> RGBImage {
    if orientation == .upright { return self }
    let upright = orientation.upright(size)
    // Upright (x, y) is found at the stored index origin + x * stepX + y * stepY.
    let row = width
    let (origin, stepX, stepY) =
      switch orientation {
      case .upright: (0, 1, row)
      case .mirrored: (width - 1, -1, row)
      case .rotatedHalfTurn: (width * height - 1, -1, -row)
      case .flipped: (width * (height - 1), 1, -row)
      case .transposed: (0, row, 1)
      case .needsClockwiseTurn: (width * (height - 1), -row, 1)
      case .transversed: (width * height - 1, -row, -1)
      case .needsAnticlockwiseTurn: (width - 1, row, -1)
      }
    let count = pixels.count
    let turned = [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
      pixels.withUnsafeBufferPointer { source in
        // In tiles, because a turn walks down the columns of the source.
        let tile = 64
        for top in stride(from: 0, to: upright.height, by: tile) {
          for left in stride(from: 0, to: upright.width, by: tile) {
            for y in top..<min(top + tile, upright.height) {
              for x in left..<min(left + tile, upright.width) {
                let from = 3 * (origin + x * stepX + y * stepY)
                let to = 3 * (y * upright.width + x)
                target[to] = source[from]
                target[to + 1] = source[from + 1]
                target[to + 2] = source[from + 2]
              }
            }
          }
        }
      }
      initializedCount = count
    }
    return RGBImage(size: upright, pixels: turned)
  }
}
