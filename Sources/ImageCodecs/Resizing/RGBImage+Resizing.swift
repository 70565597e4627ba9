internal import CImageCodecs

extension RGBImage {
  /// The image at another size: bilinear, with pixel centres at halves.
  ///
  /// - Parameter antialias: whether shrinking averages all the pixels that an output pixel covers (the default, as PIL
  ///   and torchvision do) or blends the four nearest only (as OpenCV's `INTER_LINEAR` does). The same when enlarging.
  /// - Complexity: O(source width × target height + target pixels), times the taps: about 2 × max(1, shrinking).
  public func resized(to target: ImageSize, antialias: Bool = true) -> RGBImage {
    precondition(target.width > 0 && target.height > 0, "an image has at least one pixel, not \(target)")
    if target == size { return self }
    let count = 3 * target.width * target.height
    let resampled = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      resample(to: target, antialias: antialias, into: buffer, rowBytes: 3 * target.width)
      initializedCount = count
    }
    return RGBImage(size: target, pixels: resampled)
  }

  /// Writes this image at another size into memory of which a row takes `rowBytes`.
  func resample(
    to target: ImageSize, antialias: Bool, into destination: UnsafeMutableBufferPointer<UInt8>, rowBytes: Int
  ) {
    precondition(destination.count >= rowBytes * (target.height - 1) + 3 * target.width)
    let vertical = ResamplingAxis(source: height, target: target.height, antialias: antialias)
    let horizontal = ResamplingAxis(source: width, target: target.width, antialias: antialias)
    let done = vertical.withCodecAxis { vertical in
      horizontal.withCodecAxis { horizontal in
        codec_resample(
          pixels, Int32(width), Int32(height), vertical, horizontal, destination.baseAddress, rowBytes)
      }
    }
    precondition(done != 0, "out of memory")
  }
}
