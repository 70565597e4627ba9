extension RGBImage {
  /// Draws a line along the inside of an outline, with a dark rim that fades on both sides, so that it stands out from
  /// any background.
  mutating func drawOutline(_ outline: RoundedRectangle, style: AnnotationStyle, color: RGBColor) {
    let half = Double(style.lineWidth) / 2
    // The pixels of four bands; between them lies nothing to be drawn.
    let reach = style.rimWidth + 1
    let band = Double(style.lineWidth) + reach + style.cornerRadius
    let columns = pixelRange(from: outline.x1 - reach, to: outline.x2 + reach, limit: width)
    let rows = pixelRange(from: outline.y1 - reach, to: outline.y2 + reach, limit: height)
    let top = rows.clamped(to: pixelRange(from: outline.y1 - reach, to: outline.y1 + band, limit: height))
    let bottom = pixelRange(from: outline.y2 - band, to: outline.y2 + reach, limit: height)
      .clamped(to: top.upperBound..<max(top.upperBound, rows.upperBound))
    let middle = top.upperBound..<max(top.upperBound, bottom.lowerBound)
    let left = pixelRange(from: outline.x1 - reach, to: outline.x1 + band, limit: width)
    let right = pixelRange(from: outline.x2 - band, to: outline.x2 + reach, limit: width)
      .clamped(to: left.upperBound..<max(left.upperBound, columns.upperBound))
    for (columns, rows) in [(columns, top), (columns, bottom), (left, middle), (right, middle)] {
      blend(color, columns: columns, rows: rows) { column, row in
        let distance = abs(outline.signedDistance(x: Double(column) + 0.5, y: Double(row) + 0.5) + half) - half
        return Mixture(color: 0.5 - distance, shadow: style.rim(at: distance))
      }
    }
  }

  /// Draws a tag with its text.
  mutating func drawTag(_ tag: LabelTag, style: AnnotationStyle) {
    let shape = tag.shape(cornerRadius: style.cornerRadius)
    let box = RoundedRectangle(tag.box, radius: style.cornerRadius)
    let half = Double(style.lineWidth) / 2
    let columns = pixelRange(from: shape.x1 - style.rimWidth, to: shape.x2 + style.rimWidth, limit: width)
    let rows = pixelRange(from: shape.y1 - style.rimWidth, to: shape.y2 + style.rimWidth, limit: height)
    blend(tag.color, columns: columns, rows: rows) { column, row in
      let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
      let distance = shape.signedDistance(x: x, y: y)
      if distance < -1 { return Mixture(color: 1) }
      // Tag and line are one shape: no rim on the line.
      let line = 0.5 - abs(box.signedDistance(x: x, y: y) + half) + half
      return Mixture(color: 0.5 - distance, shadow: style.rim(at: distance) * (1 - max(0, min(1, line))))
    }
    let padding = AnnotationStyle.padding(capHeight: tag.capHeight)
    drawText(
      tag.text, x: Double(tag.place.x + padding.side), baseline: Double(tag.place.bottom - padding.above),
      capHeight: Double(tag.capHeight), color: tag.color.contrasting)
  }
}

extension AnnotationStyle {
  /// How dark the rim is at a distance from the edge of what it surrounds.
  @inline(__always)
  func rim(at distance: Double) -> Double {
    Self.rimStrength * max(0, min(1, 1 - distance / rimWidth))
  }
}
