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

  /// Draws the edge of a rectangle, `lineWidth` pixels inwards.
  public mutating func strokeRectangle(
    x: Int, y: Int, width: Int, height: Int, lineWidth: Int, color: RGBColor, alpha: Double = 1
  ) {
    precondition(lineWidth >= 0, "a line is not \(lineWidth) pixels wide")
    if width <= 2 * lineWidth || height <= 2 * lineWidth {
      fillRectangle(x: x, y: y, width: width, height: height, color: color, alpha: alpha)
      return
    }
    let inner = height - 2 * lineWidth
    let right = x + width - lineWidth
    fillRectangle(x: x, y: y, width: width, height: lineWidth, color: color, alpha: alpha)
    fillRectangle(x: x, y: y + height - lineWidth, width: width, height: lineWidth, color: color, alpha: alpha)
    fillRectangle(x: x, y: y + lineWidth, width: lineWidth, height: inner, color: color, alpha: alpha)
    fillRectangle(x: right, y: y + lineWidth, width: lineWidth, height: inner, color: color, alpha: alpha)
  }

  /// Draws one line of text with its top left corner at (x, y); what lies outside the image is left out.
  ///
  /// - Parameter scale: pixels per dot of ``BitmapFont``.
  public mutating func drawText(_ text: String, x: Int, y: Int, color: RGBColor, scale: Int = 1) {
    precondition(scale > 0, "text is scaled by 1 or more, not \(scale)")
    var left = x
    for character in text {
      if left >= width { return }
      for (row, dots) in BitmapFont.rows(of: character).enumerated() where dots != 0 {
        for column in 0..<BitmapFont.glyphWidth where dots >> (BitmapFont.glyphWidth - 1 - column) & 1 == 1 {
          fillRectangle(
            x: left + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
        }
      }
      left += BitmapFont.advance * scale
    }
  }

  private static func clip(_ start: Int, _ length: Int, to limit: Int) -> Range<Int> {
    let (sum, overflow) = start.addingReportingOverflow(max(length, 0))
    let lower = min(max(start, 0), limit)
    return lower..<max(lower, min(overflow ? limit : sum, limit))
  }
}
