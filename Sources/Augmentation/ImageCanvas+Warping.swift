import DetectionUtilities
import ImageCodecs

extension ImageCanvas {
  /// Draws an image into a region as a map shows it, which may turn and shear it, bilinearly from the level of the pyramid that
  /// fits, with colours changed by `jitter`.
  ///
  /// A pixel of the region belongs to the image where its centre lies on it. The others stay as they are, or take what the fill
  /// says.
  ///
  /// - Parameters:
  ///   - map: from the canvas to the image at full scale.
  ///   - scale: canvas pixels per pixel of the image at full scale, the smaller of both axes'.
  mutating func draw(
    _ pyramid: ImagePyramid, from map: AffineMap, scale: Double, fill: FillMode, clippedTo region: Region,
    jitter: ColorJitter?
  ) {
    let (base, source) = (pyramid.levels[0].size, pyramid.sourceSize)
    let shrunk = (x: Double(base.width) / Double(source.width), y: Double(base.height) / Double(source.height))
    let index = pyramid.level(forScale: scale / min(shrunk.x, shrunk.y))
    let level = pyramid.levels[index]
    let levelScale = 1 / Double(1 << index)
    let toLevel = map.followed(
      byScaleX: shrunk.x * levelScale, scaleY: shrunk.y * levelScale, left: 0, top: 0)
    // Not the level's own extent: an odd last row or column is averaged with itself.
    let extent = (x: Double(base.width) * levelScale, y: Double(base.height) * levelScale)
    let sampler = BilinearSampler(
      width: level.width, height: level.height, fill: fill == .constant ? .nearest : fill, level: 0)
    let pixelsOfLevel = level.pixels.span
    let width = size.width
    var target = pixels.mutableSpan
    for row in region.rows {
      var drawn = region.columns.upperBound..<region.columns.upperBound
      for column in region.columns {
        let (x, y) = toLevel(x: Double(column) + 0.5, y: Double(row) + 0.5)
        guard fill != .constant || x >= 0 && y >= 0 && x < extent.x && y < extent.y else { continue }
        sampler.sample(pixelsOfLevel, x: x - 0.5, y: y - 0.5, to: &target, at: 3 * (row * width + column))
        // Of a row an image covers pixels that follow each other.
        drawn = min(drawn.lowerBound, column)..<column + 1
      }
      if let jitter, !drawn.isEmpty {
        jitter.apply(to: &target, bytes: 3 * (row * width + drawn.lowerBound)..<3 * (row * width + drawn.upperBound))
      }
    }
  }
}
