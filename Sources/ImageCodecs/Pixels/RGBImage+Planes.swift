internal import CImageCodecs

extension RGBImage {
  /// Writes the image as three planes of floats, byte × factor + offset, each step rounded.
  ///
  /// - Parameters:
  ///   - factors: of red, green and blue.
  ///   - offsets: likewise.
  ///   - planes: 3 × height × width, row-major.
  /// - Complexity: O(pixels).
  public func writePlanes(factors: [Float], offsets: [Float], into planes: UnsafeMutableBufferPointer<Float>) {
    precondition(factors.count == 3 && offsets.count == 3, "a factor and an offset for each of three channels")
    precondition(planes.count == 3 * width * height, "\(planes.count) floats do not hold an image of \(size)")
    codec_normalise(pixels, width * height, factors, offsets, planes.baseAddress)
  }

  /// Writes the image at another size as three planes of floats, and zeros around it: bilinear between the four nearest
  /// pixels, never rounded to 8 bits.
  ///
  /// A value v becomes (v/255 − mean) / deviation before it is resampled. Numbers and positions are those of torch's
  /// `interpolate(mode: "bilinear", align_corners: False)` on floats.
  ///
  /// - Parameters:
  ///   - resizedSize: what the image is brought to, in the upper left corner of the canvas.
  ///   - mean: of red, green and blue, on the scale 0…1.
  ///   - deviation: likewise.
  ///   - planes: 3 × canvas height × canvas width, row-major.
  /// - Complexity: O(canvas pixels).
  public func writePlanes(
    resizedTo resizedSize: ImageSize, canvas: ImageSize, mean: [Float], deviation: [Float],
    into planes: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(mean.count == 3 && deviation.count == 3, "a mean and a deviation for each of three channels")
    precondition(
      resizedSize.width > 0 && resizedSize.height > 0 && resizedSize.width <= canvas.width
        && resizedSize.height <= canvas.height && planes.count == 3 * canvas.width * canvas.height,
      "\(planes.count) floats do not hold \(resizedSize) on \(canvas)")
    let columns = LinearAxis(source: width, target: resizedSize.width)
    let rows = LinearAxis(source: height, target: resizedSize.height)
    let values = (0..<3).map { channel in
      (0..<256).map { (Float($0) / 255 - mean[channel]) / deviation[channel] }
    }
    let area = canvas.width * canvas.height
    // One row of the source, resampled along it: of the rows above and below.
    var above = [Float](repeating: 0, count: resizedSize.width)
    var below = above
    for channel in 0..<3 {
      let plane = UnsafeMutableBufferPointer(rebasing: planes[channel * area..<(channel + 1) * area])
      var (rowAbove, rowBelow) = (-1, -1)
      for y in 0..<canvas.height {
        let destination = UnsafeMutableBufferPointer(rebasing: plane[y * canvas.width..<(y + 1) * canvas.width])
        guard y < resizedSize.height else {
          destination.update(repeating: 0)
          continue
        }
        let row = rows.taps[y]
        if rowBelow == row.first {
          swap(&above, &below)
          swap(&rowAbove, &rowBelow)
        }
        if rowAbove != row.first { resample(row.first, channel, columns, values[channel], into: &above) }
        if rowBelow != row.second { resample(row.second, channel, columns, values[channel], into: &below) }
        (rowAbove, rowBelow) = (row.first, row.second)
        let (weight, other) = (1 - row.weight, row.weight)
        above.withUnsafeBufferPointer { above in
          below.withUnsafeBufferPointer { below in
            for x in 0..<above.count { destination[x] = weight * above[x] + other * below[x] }
          }
        }
        destination[resizedSize.width...].update(repeating: 0)
      }
    }
  }

  private func resample(_ row: Int, _ channel: Int, _ axis: LinearAxis, _ values: [Float], into result: inout [Float]) {
    pixels.withUnsafeBufferPointer { pixels in
      values.withUnsafeBufferPointer { values in
        axis.taps.withUnsafeBufferPointer { taps in
          result.withUnsafeMutableBufferPointer { result in
            let start = 3 * row * width + channel
            for (x, tap) in taps.enumerated() {
              let first = values[Int(pixels[start + 3 * tap.first])]
              let second = values[Int(pixels[start + 3 * tap.second])]
              result[x] = (1 - tap.weight) * first + tap.weight * second
            }
          }
        }
      }
    }
  }
}

/// One axis of a bilinear resampling without antialiasing, in single precision as torch has it.
private struct LinearAxis {
  /// The two samples that an output lies between, and the share of the second.
  struct Tap {
    var first: Int
    var second: Int
    var weight: Float
  }

  var taps: [Tap]

  init(source: Int, target: Int) {
    let scale = Float(source) / Float(target)
    taps = (0..<target).map { index in
      let position = max(0, Float(-0.5).addingProduct(scale, Float(index) + 0.5))
      let first = min(Int(position), source - 1)
      return Tap(
        first: first, second: min(first + 1, source - 1), weight: min(max(position - Float(first), 0), 1))
    }
  }
}
