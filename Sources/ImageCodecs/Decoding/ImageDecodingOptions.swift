public import Files

/// How an image is decoded, and the limits that guard against files made to exhaust memory or time.
public struct ImageDecodingOptions: Hashable, Sendable {
  /// The largest width × height accepted, at full scale. Checked from the header, before pixels are allocated.
  public var maximumPixels: Int
  /// The largest width × height that is held in memory. A larger image is decoded at the largest of the scales 1/2, 1/4
  /// and 1/8 that has no more, every pixel the mean of those that it covers.
  public var maximumDecodedPixels: Int
  /// The largest number of scans accepted in a JPEG. Each scan of a progressive JPEG costs a pass over the image, and
  /// a small file can hold thousands.
  public var maximumScans: Int
  /// What shows through transparent pixels.
  public var background: RGBColor
  /// Where set, a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4 and 1/8 that leaves the upright image at
  /// least this large on both sides, which is much faster for a large photo. Other formats are decoded whole, unless that
  /// is more than ``maximumDecodedPixels``.
  public var minimumSize: ImageSize?

  public init(
    maximumPixels: Int = InputLimits.imagePixels, maximumDecodedPixels: Int = InputLimits.decodedPixels,
    maximumScans: Int = InputLimits.jpegScans,
    background: RGBColor = .white, minimumSize: ImageSize? = nil
  ) {
    self.maximumPixels = maximumPixels
    self.maximumDecodedPixels = maximumDecodedPixels
    self.maximumScans = maximumScans
    self.background = background
    self.minimumSize = minimumSize
  }

  /// For an image of which every pixel of the file counts: whole, or refused where that would be more than a label file may
  /// have.
  public static let fullScale = ImageDecodingOptions(
    maximumPixels: InputLimits.labelledPixels, maximumDecodedPixels: InputLimits.labelledPixels)

  /// The divisor of the scale at which to decode an image of this upright size; nil where no scale is small enough.
  func reduction(of size: ImageSize, format: ImageFormat) -> Int? {
    func fits(_ divisor: Int) -> Bool {
      let reduced = size.reduced(by: divisor)
      let (count, overflow) = reduced.width.multipliedReportingOverflow(by: reduced.height)
      return !overflow && count <= maximumDecodedPixels
    }
    guard let largest = [1, 2, 4, 8].first(where: fits) else { return nil }
    return format == .jpeg || largest > 1 ? max(largest, reductionCoveringMinimumSize(of: size)) : 1
  }

  private func reductionCoveringMinimumSize(of size: ImageSize) -> Int {
    guard let minimumSize else { return 1 }
    let fitting = [8, 4, 2].first { divisor in
      let reduced = size.reduced(by: divisor)
      return reduced.width >= minimumSize.width && reduced.height >= minimumSize.height
    }
    return fitting ?? 1
  }
}

extension ImageSize {
  /// The size of an image decoded at 1/divisor: rounded up.
  func reduced(by divisor: Int) -> ImageSize {
    ImageSize(width: (width + divisor - 1) / divisor, height: (height + divisor - 1) / divisor)
  }
}
