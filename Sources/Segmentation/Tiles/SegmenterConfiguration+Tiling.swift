import ComputeGraph
import ImageCodecs
import Models

extension SegmenterConfiguration {
  /// The smallest input that the network takes in which every stride comes out even, no smaller than `size`.
  func tileSize(atLeast size: ImageSize) -> ImageSize {
    let (step, rest) = (network.stride, padding == .valid ? UNet.validRemainder : 0)
    let smallest = padding == .valid ? UNet.smallestValidInput : step
    func rounded(_ side: Int) -> Int { max(smallest, (side - rest + step - 1) / step * step + rest) }
    return ImageSize(width: rounded(size.width), height: rounded(size.height))
  }

  /// The tiles that options ask for, on the network of a graph.
  ///
  /// - Throws: a ``TilingError`` where the overlap leaves nothing of a tile, or a tile has too many pixels.
  func tiling(_ options: TilingOptions, graph: Graph) throws -> Tiling {
    let tile = tileSize(atLeast: options.tileSize ?? inputSize)
    guard Preprocessing.allows(tile) else {
      throw TilingError(
        "tiles of \(tile): expected sides of at most \(Preprocessing.longestSide) pixels, and at most "
          + "\(Preprocessing.mostPixels) pixels in all")
    }
    let step = network.stride
    var reach = try graph.reach(input: [1, inputChannels, tile.height, tile.width], stride: step)
    // Without padding scores are made from pixels of the tile alone.
    if padding == .valid { reach.pixels = outputMargin }
    // Results begin so many pixels from the tile's edge; from there on, places at multiples of the stride are alike.
    let margin = outputMargin
    func aligned(_ overlap: Int) -> Int { margin + max(0, overlap - margin + step - 1) / step * step }
    let shorter = min(tile.width, tile.height)
    let most = margin + max(0, (shorter - step) / 2 - margin) / step * step
    let usual = margin + max(0, 3 * shorter / 8 - margin) / step * step
    let overlap = options.overlap.map(aligned) ?? min(aligned(reach.pixels), usual)
    func kept(_ side: Int) -> Int { (side - 2 * overlap) / step * step }
    guard (options.overlap ?? 0) >= 0, kept(shorter) > 0 else {
      throw TilingError(
        "an overlap of \(options.overlap ?? overlap) pixels at every side leaves nothing of tiles of \(tile); expected 0 to "
          + "\(most)")
    }
    return Tiling(
      tileSize: tile, keptSize: ImageSize(width: kept(tile.width), height: kept(tile.height)), overlap: overlap,
      reach: reach.pixels, seesWholeInput: reach.seesWholeInput)
  }
}
