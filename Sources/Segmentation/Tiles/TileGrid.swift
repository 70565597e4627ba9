import ImageCodecs
import Models

/// An image cut into the parts that tiles keep: from its corner on, row by row. Together they cover it, none overlap.
struct TileGrid {
  let imageSize: ImageSize
  let tiling: Tiling

  /// A tile that the network sees, and what is kept of it.
  struct Tile {
    /// The part of the image that the tile's result is kept for.
    var columns: Range<Int>
    var rows: Range<Int>
    /// What the network sees, some of it beyond the image's edge.
    var seenColumns: Range<Int>
    var seenRows: Range<Int>
  }

  var columnCount: Int { (imageSize.width + tiling.keptSize.width - 1) / tiling.keptSize.width }
  var rowCount: Int { (imageSize.height + tiling.keptSize.height - 1) / tiling.keptSize.height }

  subscript(row: Int, column: Int) -> Tile {
    func seen(_ start: Int, _ extent: Int) -> Range<Int> { start - tiling.overlap..<start - tiling.overlap + extent }
    let (x, y) = (column * tiling.keptSize.width, row * tiling.keptSize.height)
    return Tile(
      columns: x..<min(x + tiling.keptSize.width, imageSize.width),
      rows: y..<min(y + tiling.keptSize.height, imageSize.height),
      seenColumns: seen(x, tiling.tileSize.width), seenRows: seen(y, tiling.tileSize.height))
  }
}
