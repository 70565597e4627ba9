/// How an image is decoded, and the limits that guard against files made to exhaust memory or time.
public struct ImageDecodingOptions: Hashable, Sendable {
  /// The largest width × height accepted, at full scale. Checked from the header, before pixels are allocated.
  public var maximumPixels: Int
  /// The largest number of scans accepted in a JPEG. Each scan of a progressive JPEG costs a pass over the image, and
  /// a small file can hold thousands.
  public var maximumScans: Int
  /// What shows through transparent pixels of a PNG.
  public var background: RGBColor
  /// Where set, a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4 and 1/8 that leaves the upright image at
  /// least this large on both sides, which is much faster for a large photo. A PNG is always decoded whole.
  public var minimumSize: ImageSize?

  public init(
    maximumPixels: Int = 100_000_000, maximumScans: Int = 100, background: RGBColor = .white,
    minimumSize: ImageSize? = nil
  ) {
    self.maximumPixels = maximumPixels
    self.maximumScans = maximumScans
    self.background = background
    self.minimumSize = minimumSize
  }

  /// The divisor of the scale at which to decode a JPEG of this upright size.
  func reduction(of size: ImageSize) -> Int {
    guard let minimumSize else { return 1 }
    let fitting = [8, 4, 2].first { divisor in
      let reduced = size.reduced(by: divisor)
      return reduced.width >= minimumSize.width && reduced.height >= minimumSize.height
    }
    return fitting ?? 1
  }
}

extension ImageSize {
  /// The size of a JPEG decoded at 1/divisor: rounded up.
  func reduced(by divisor: Int) -> ImageSize {
    ImageSize(width: (width + divisor - 1) / divisor, height: (height + divisor - 1) / divisor)
  }
}
