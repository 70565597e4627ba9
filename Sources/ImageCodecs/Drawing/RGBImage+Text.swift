extension RGBImage {
  /// Draws one line of text with smooth edges; what lies outside the image is left out.
  ///
  /// - Parameters:
  ///   - x: left edge of the first letter, in pixels.
  ///   - baseline: lower edge of the capitals, in pixels.
  ///   - capHeight: height of the capitals in pixels.
  package mutating func drawText(
    _ text: String, x: Double, baseline: Double, capHeight: Double, color: RGBColor
  ) {
    precondition(capHeight > 0, "letters are not \(capHeight) pixels high")
    let scale = StrokeFont.scale(capHeight: capHeight)
    // A pen of less than a pixel would make small text pale.
    let reach = max(0.5, StrokeFont.penWidth / 2 * scale)
    for (offset, glyph) in StrokeFont.line(text).glyphs {
      let left = x + offset * scale
      let segments = glyph.segments.map { segment in
        StrokeFont.Segment(
          x1: left + segment.x1 * scale, y1: baseline - reach - segment.y1 * scale,
          x2: left + segment.x2 * scale, y2: baseline - reach - segment.y2 * scale)
      }
      drawStrokes(segments, radius: reach, color: color)
    }
  }

  /// Draws lines with round ends; where they meet or cross, a pixel is covered once.
  private mutating func drawStrokes(_ segments: [StrokeFont.Segment], radius: Double, color: RGBColor) {
    guard let first = segments.first else { return }
    let bounds = segments.dropFirst().reduce(first.bounds) { $0.union($1.bounds) }
    let columns = pixelRange(from: bounds.x1 - radius - 1, to: bounds.x2 + radius + 1, limit: width)
    let rows = pixelRange(from: bounds.y1 - radius - 1, to: bounds.y2 + radius + 1, limit: height)
    if columns.isEmpty || rows.isEmpty { return }
    // Squares of the distances to the nearest line.
    var nearest = [Double](repeating: .infinity, count: columns.count * rows.count)
    nearest.withUnsafeMutableBufferPointer { nearest in
      for segment in segments {
        let bounds = segment.bounds
        let near = pixelRange(from: bounds.x1 - radius - 1, to: bounds.x2 + radius + 1, limit: width)
        let nearRows = pixelRange(from: bounds.y1 - radius - 1, to: bounds.y2 + radius + 1, limit: height)
        let (dx, dy) = (segment.x2 - segment.x1, segment.y2 - segment.y1)
        let inverseSquare = 1 / max(dx * dx + dy * dy, 1e-12)
        for row in nearRows {
          let y = Double(row) + 0.5 - segment.y1
          let start = (row - rows.lowerBound) * columns.count - columns.lowerBound
          for column in near {
            let x = Double(column) + 0.5 - segment.x1
            let along = max(0, min(1, (x * dx + y * dy) * inverseSquare))
            let (offX, offY) = (x - along * dx, y - along * dy)
            nearest[start + column] = min(nearest[start + column], offX * offX + offY * offY)
          }
        }
      }
    }
    nearest.withUnsafeBufferPointer { nearest in
      blend(color, columns: columns, rows: rows) { column, row in
        let square = nearest[(row - rows.lowerBound) * columns.count + column - columns.lowerBound]
        return Mixture(color: radius + 0.5 - square.squareRoot())
      }
    }
  }
}

extension StrokeFont.Segment {
  /// Corners of the rectangle around it, as a segment from the least x and y to the greatest.
  fileprivate var bounds: StrokeFont.Segment {
    StrokeFont.Segment(x1: min(x1, x2), y1: min(y1, y2), x2: max(x1, x2), y2: max(y1, y2))
  }

  fileprivate func union(_ other: StrokeFont.Segment) -> StrokeFont.Segment {
    StrokeFont.Segment(x1: min(x1, other.x1), y1: min(y1, other.y1), x2: max(x2, other.x2), y2: max(y2, other.y2))
  }
}
