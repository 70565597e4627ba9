import ImageCodecs

extension AffineMap {
  /// A label map, one label a pixel in reading order, as this map shows it: every pixel takes the label on which its centre falls,
  /// so that no label comes about that was not there.
  ///
  /// - Parameters:
  ///   - labels: of the source, as many as it has pixels.
  ///   - outside: the label beyond the source's edge where the fill is a constant level.
  public func warped<Label>(
    labels: [Label], of source: ImageSize, to target: ImageSize, fill: FillMode, outside: Label
  ) -> [Label] {
    precondition(labels.count == source.width * source.height, "\(labels.count) labels for \(source)")
    var result: [Label] = []
    result.reserveCapacity(target.width * target.height)
    for row in 0..<target.height {
      for column in 0..<target.width {
        let (x, y) = self(x: Double(column) + 0.5, y: Double(row) + 0.5)
        func index(_ place: Double, _ extent: Int) -> Int? {
          fill.index(Int(min(max(place.rounded(.down), -1e6), 1e6)), extent)
        }
        guard let sourceX = index(x, source.width), let sourceY = index(y, source.height) else {
          result.append(outside)
          continue
        }
        result.append(labels[sourceY * source.width + sourceX])
      }
    }
    return result
  }
}
