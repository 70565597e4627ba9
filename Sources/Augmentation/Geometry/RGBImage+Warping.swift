import ImageCodecs

extension RGBImage {
  /// The image as a map shows it, bilinear between pixel centres at halves; exact where pixels fall on pixels.
  func warped(by map: AffineMap, size target: ImageSize, fill: FillMode, level: UInt8) -> RGBImage {
    if map.isIdentity && target == size { return self }
    var result = [UInt8](repeating: 0, count: 3 * target.width * target.height)
    let sampler = BilinearSampler(width: width, height: height, fill: fill, level: Float(level))
    let source = pixels.span
    var output = result.mutableSpan
    var place = 0
    for row in 0..<target.height {
      let y = Double(row) + 0.5
      for column in 0..<target.width {
        let (x, y) = map(x: Double(column) + 0.5, y: y)
        sampler.sample(source, x: x - 0.5, y: y - 0.5, to: &output, at: place)
        place += 3
      }
    }
    return RGBImage(size: target, pixels: result)
  }
}

/// Reads an image between its pixels and beyond its edge.
struct BilinearSampler {
  let width: Int
  let height: Int
  let fill: FillMode
  let level: Float

  /// - Parameters:
  ///   - x: column of a pixel's centre, so that 0 is the first pixel itself.
  ///   - place: of the red byte in `output`.
  @inline(__always)
  func sample(
    _ source: Span<UInt8>, x: Double, y: Double, to output: inout MutableSpan<UInt8>, at place: Int
  ) {
    let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
    // Far away everything is fill; also what could not be an index.
    let (left, top) = (Int(min(max(floorX, -1e6), 1e6)), Int(min(max(floorY, -1e6), 1e6)))
    let (weightX, weightY) = (Float(x - floorX), Float(y - floorY))
    let columns = (fill.index(left, width) ?? -1, fill.index(left + 1, width) ?? -1)
    let rows = (fill.index(top, height) ?? -1, fill.index(top + 1, height) ?? -1)
    for channel in 0..<3 {
      let upper =
        value(source, rows.0, columns.0, channel) * (1 - weightX)
        + value(source, rows.0, columns.1, channel) * weightX
      let lower =
        value(source, rows.1, columns.0, channel) * (1 - weightX)
        + value(source, rows.1, columns.1, channel) * weightX
      output[place + channel] = UInt8(min(max(upper * (1 - weightY) + lower * weightY + 0.5, 0), 255))
    }
  }

  @inline(__always)
  private func value(_ source: Span<UInt8>, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    row < 0 || column < 0 ? level : Float(source[3 * (row * width + column) + channel])
  }
}
