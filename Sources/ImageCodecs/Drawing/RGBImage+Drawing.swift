extension RGBImage {
  /// Fills a rectangle of whole pixels, as far as it lies in the image.
  ///
  /// - Parameter alpha: 0 leaves the image as it is, 1 covers it.
  public mutating func fillRectangle(
    x: Int, y: Int, width: Int, height: Int, color: RGBColor, alpha: Double = 1
  ) {
    precondition(alpha >= 0 && alpha <= 1, "alpha lies in 0...1, not \(alpha)")
    let columns = Self.clip(x, width, to: size.width)
    let rows = Self.clip(y, height, to: size.height)
    if columns.isEmpty || rows.isEmpty { return }
    let cover = Int((alpha * 256).rounded())
    let rest = 256 - cover
    let (red, green, blue) = (
      Int(color.red) * cover + 128, Int(color.green) * cover + 128, Int(color.blue) * cover + 128
    )
    let rowLength = size.width
    pixels.withUnsafeMutableBufferPointer { buffer in
      for row in rows {
        var index = 3 * (row * rowLength + columns.lowerBound)
        for _ in columns {
          buffer[index] = UInt8((Int(buffer[index]) * rest + red) >> 8)
          buffer[index + 1] = UInt8((Int(buffer[index + 1]) * rest + green) >> 8)
          buffer[index + 2] = UInt8((Int(buffer[index + 2]) * rest + blue) >> 8)
          index += 3
        }
      }
    }
  }

  private static func clip(_ start: Int, _ length: Int, to limit: Int) -> Range<Int> {
    let (sum, overflow) = start.addingReportingOverflow(max(length, 0))
    let lower = min(max(start, 0), limit)
    return lower..<max(lower, min(overflow ? limit : sum, limit))
  }
}
