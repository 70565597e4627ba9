/// The way from an image to a network's size, and back for coordinates: the object that resized an image also maps boxes.
///
/// Coordinates are continuous: pixel (i, j) covers [i, i + 1) × [j, j + 1). `toSource(toTarget(p)) == p`, up to rounding
/// of the last bits.
public struct ImageTransform: Hashable, Sendable {
  public let source: ImageSize
  public let target: ImageSize
  public let policy: ResizePolicy
  /// The size of the image inside the target.
  public let resizedSize: ImageSize
  /// Columns of padding on the left; as many, or one more, are on the right.
  public let left: Int
  /// Rows of padding above; as many, or one more, are below.
  public let top: Int

  /// - Parameters:
  ///   - source: the size at full scale, to which coordinates map back.
  ///   - target: the size to reach; a policy that makes its own looks away from it.
  ///   - allowUpscaling: whether a letterbox may enlarge. A stretch always does.
  public init(source: ImageSize, target: ImageSize, policy: ResizePolicy, allowUpscaling: Bool = true) {
    precondition(source.width > 0 && source.height > 0, "an image has at least one pixel, not \(source)")
    precondition(target.width > 0 && target.height > 0, "an image has at least one pixel, not \(target)")
    self.source = source
    self.policy = policy
    switch policy {
    case .shorterSide(let shorter, let longer):
      resizedSize = Self.resizedSize(of: source, shorterSide: shorter, longerAtMost: longer)
      self.target = resizedSize.roundedUp(toMultiplesOf: ResizePolicy.sideMultiple)
      (left, top) = (0, 0)
      return
    case .stretch:
      resizedSize = target
    case .letterbox:
      let scale = Self.letterboxScale(source: source, target: target, allowUpscaling: allowUpscaling)
      resizedSize = ImageSize(
        width: min(max(1, Int((Double(source.width) * scale).rounded())), target.width),
        height: min(max(1, Int((Double(source.height) * scale).rounded())), target.height))
    }
    self.target = target
    left = (target.width - resizedSize.width) / 2
    top = (target.height - resizedSize.height) / 2
  }

  /// What boxes of the target are clipped to, from its upper left corner: all of it, or the image alone where the
  /// padding is on the right and below only.
  public var clippingSize: ImageSize { policy.variesSize ? resizedSize : target }

  /// Target pixels per source pixel. Exact per axis: rounding to whole pixels makes the two of a letterbox differ a
  /// little.
  public var scale: (x: Double, y: Double) {
    (Double(resizedSize.width) / Double(source.width), Double(resizedSize.height) / Double(source.height))
  }

  /// Where a point of the source lies in the target.
  public func toTarget(x: Double, y: Double) -> (x: Double, y: Double) {
    let scale = scale
    return (x * scale.x + Double(left), y * scale.y + Double(top))
  }

  /// Where a point of the target lies in the source. A point in the padding lies outside the source.
  public func toSource(x: Double, y: Double) -> (x: Double, y: Double) {
    let scale = scale
    return ((x - Double(left)) / scale.x, (y - Double(top)) / scale.y)
  }

  /// The resized and padded image.
  ///
  /// - Parameter image: of the source's size, or decoded from it at a reduced scale.
  public func apply(
    to image: RGBImage, fill: (UInt8, UInt8, UInt8) = (114, 114, 114), antialias: Bool = true
  ) -> RGBImage {
    precondition(
      [1, 2, 4, 8].contains { source.reduced(by: $0) == image.size },
      "an image of \(image.size) is not one of \(source), nor reduced from one")
    if resizedSize == target { return image.resized(to: target, antialias: antialias) }
    let count = 3 * target.width * target.height
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      fillPadding(of: buffer, with: fill)
      let inner = UnsafeMutableBufferPointer(rebasing: buffer[(3 * (top * target.width + left))...])
      image.resample(to: resizedSize, antialias: antialias, into: inner, rowBytes: 3 * target.width)
      initializedCount = count
    }
    return RGBImage(size: target, pixels: pixels)
  }

  private func fillPadding(of canvas: UnsafeMutableBufferPointer<UInt8>, with color: (UInt8, UInt8, UInt8)) {
    func fill(_ range: Range<Int>) {
      let bytes = UnsafeMutableBufferPointer(rebasing: canvas[3 * range.lowerBound..<3 * range.upperBound])
      if color.0 == color.1 && color.1 == color.2 {
        bytes.initialize(repeating: color.0)
      } else {
        for index in stride(from: 0, to: bytes.count, by: 3) {
          (bytes[index], bytes[index + 1], bytes[index + 2]) = color
        }
      }
    }
    // Whole rows above and below, and what lies between the image's end in one row and its beginning in the next.
    fill(0..<top * target.width + left)
    for row in top..<top + resizedSize.height - 1 {
      fill(row * target.width + left + resizedSize.width..<(row + 1) * target.width + left)
    }
    fill((top + resizedSize.height - 1) * target.width + left + resizedSize.width..<target.width * target.height)
  }

  /// To the digit what torchvision does: the scale is a float, made with a reciprocal as torch divides by tensors, so that
  /// a side may come out one pixel short of the wish.
  private static func resizedSize(of source: ImageSize, shorterSide: Int, longerAtMost: Int) -> ImageSize {
    let scale = min(
      Float(shorterSide) * (1 / Float(min(source.width, source.height))),
      Float(longerAtMost) * (1 / Float(max(source.width, source.height))))
    func resized(_ side: Int) -> Int { max(1, Int((Double(side) * Double(scale)).rounded(.down))) }
    return ImageSize(width: resized(source.width), height: resized(source.height))
  }

  static func letterboxScale(source: ImageSize, target: ImageSize, allowUpscaling: Bool) -> Double {
    let scale = min(Double(target.width) / Double(source.width), Double(target.height) / Double(source.height))
    return allowUpscaling ? scale : min(scale, 1)
  }
}

extension ImageSize {
  fileprivate func roundedUp(toMultiplesOf step: Int) -> ImageSize {
    ImageSize(width: (width + step - 1) / step * step, height: (height + step - 1) / step * step)
  }
}
