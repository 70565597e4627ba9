import ImageCodecs

/// Small pictures of one size beside and below each other, with a gap between them.
public struct TileSheet: Sendable {
  public let tiles: [RGBImage]
  public let columns: Int
  public let gap: Int

  /// - Precondition: there is a tile, and all are of one size.
  public init(_ tiles: [RGBImage], columns: Int, gap: Int = 2) {
    precondition(!tiles.isEmpty && tiles.allSatisfy { $0.size == tiles[0].size }, "tiles of one size")
    precondition(columns > 0 && gap >= 0, "\(columns) columns, a gap of \(gap)")
    self.tiles = tiles
    self.columns = min(columns, tiles.count)
    self.gap = gap
  }

  public var image: RGBImage {
    let rows = (tiles.count + columns - 1) / columns
    let (width, height) = (tiles[0].width, tiles[0].height)
    var sheet = RGBImage(
      size: ImageSize(width: columns * (width + gap) + gap, height: rows * (height + gap) + gap),
      color: (255, 255, 255))
    for (index, tile) in tiles.enumerated() {
      let left = gap + index % columns * (width + gap)
      let top = gap + index / columns * (height + gap)
      for row in 0..<height {
        let start = 3 * ((top + row) * sheet.width + left)
        sheet.pixels.replaceSubrange(
          start..<start + 3 * width, with: tile.pixels[3 * row * width..<3 * (row + 1) * width])
      }
    }
    return sheet
  }
}

extension RGBImage {
  /// Every pixel as a square of so many.
  package func enlarged(_ factor: Int) -> RGBImage {
    var result = RGBImage(size: ImageSize(width: width * factor, height: height * factor))
    for y in 0..<result.height {
      for x in 0..<result.width {
        let (source, target) = (3 * (y / factor * width + x / factor), 3 * (y * result.width + x))
        for channel in 0..<3 { result.pixels[target + channel] = pixels[source + channel] }
      }
    }
    return result
  }
}
