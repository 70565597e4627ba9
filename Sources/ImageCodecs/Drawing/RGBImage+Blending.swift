extension RGBImage {
  /// What becomes of a pixel: so much of it is kept, and so much of the colour added. The rest is black.
  struct Mixture {
    var kept: Double
    var color: Double

    /// A colour that covers a pixel so far, over a shadow that darkens it so far; from 0 or less to 1 or more.
    @inline(__always)
    init(color: Double, shadow: Double = 0) {
      self.color = max(0, min(1, color))
      kept = (1 - self.color) * (1 - max(0, min(1, shadow)))
    }
  }

  /// Mixes a colour into pixels of the image, as `mixture` says for each.
  ///
  /// - Precondition: the columns and rows lie in the image.
  @inline(__always)
  mutating func blend(
    _ color: RGBColor, columns: Range<Int>, rows: Range<Int>, mixture: (_ column: Int, _ row: Int) -> Mixture
  ) {
    let rowLength = width
    let (red, green, blue) = (Int(color.red), Int(color.green), Int(color.blue))
    pixels.withUnsafeMutableBufferPointer { buffer in
      for row in rows {
        for column in columns {
          let mixture = mixture(column, row)
          if mixture.kept == 1 { continue }
          let (old, new) = (Int(mixture.kept * 256 + 0.5), Int(mixture.color * 256 + 0.5))
          let index = 3 * (row * rowLength + column)
          buffer[index] = UInt8(min(255, (Int(buffer[index]) * old + red * new + 128) >> 8))
          buffer[index + 1] = UInt8(min(255, (Int(buffer[index + 1]) * old + green * new + 128) >> 8))
          buffer[index + 2] = UInt8(min(255, (Int(buffer[index + 2]) * old + blue * new + 128) >> 8))
        }
      }
    }
  }

  /// The pixels, of `limit` in a row, that a stretch touches.
  func pixelRange(from start: Double, to end: Double, limit: Int) -> Range<Int> {
    let lower = Int(max(0, min(start, Double(limit))).rounded(.down))
    return lower..<max(lower, Int(max(0, min(end, Double(limit))).rounded(.up)))
  }
}
