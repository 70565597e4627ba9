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
