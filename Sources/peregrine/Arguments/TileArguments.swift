import ArgumentParser
import ImageCodecs
import Inference
import Models
import NetworkPlans

/// How a segmenter looks at images: what `segment`, `panoptic` and `evaluate` share.
struct TileArguments: ParsableArguments {
  @Flag(
    help: """
      Segment every image at its own size, in overlapping tiles, instead of bringing it to the network's size; for networks that \
      were trained at such a scale. Beyond the edge the image is mirrored.
      """)
  var tiles = false
  @Option(
    help: ArgumentHelp(
      "What the network sees at a time, such as 1024x1024, sides from 32 to 8192; by default its input size. Larger tiles overlap less in all.",
      valueName: "WxH"))
  var tileSize: ImageSize?
  @Option(
    help: ArgumentHelp(
      "Pixels at every side of a tile that are left to its neighbours; by default as many as the network looks around a pixel, "
        + "but no more than 3/8 of the tile.", valueName: "pixels"))
  var tileOverlap: Int?

  @Option(
    help: """
      Average the probabilities of several views of every image: mirrored has two, symmetries all mirrored and turned ones, eight of \
      a square input. It takes so many times as long.
      """)
  var testTimeAugmentation = TestTimeAugmentation.none

  func validate() throws {
    let options = [("--tile-size", tileSize?.description), ("--tile-overlap", tileOverlap.map(String.init))]
    for (option, value) in options where value != nil && !tiles { throw ValidationError("\(option) goes with --tiles") }
    if let tileOverlap, tileOverlap < 0 { throw ValidationError("--tile-overlap is at least 0, not \(tileOverlap)") }
  }

  /// The options that change what a segmenter does, as far as they were given.
  var given: [String] {
    (tiles ? ["--tiles"] : []) + (testTimeAugmentation == .none ? [] : ["--test-time-augmentation"])
  }

  /// Nil for whole images.
  var options: TilingOptions? { tiles ? TilingOptions(tileSize: tileSize, overlap: tileOverlap) : nil }

  /// Segmenters for so many images; for tiles a single one, which keeps all processors busy by itself: only one image is in memory.
  /// Says on standard error how the tiles lie.
  static func pool(
    imageCount: Int? = nil, tiling: TilingOptions?,
    make: @escaping @Sendable (SharedWeights) throws -> any Segmenter
  ) throws -> SegmenterPool {
    guard tiling != nil else { return try SegmenterPool(imageCount: imageCount, make: make) }
    return try SegmenterPool(imageCount: imageCount, maximumCount: 1) { weights in
      let segmenter = try make(weights)
      if let tiling = segmenter.tiling { printError("peregrine: \(note(on: tiling))") }
      return segmenter
    }
  }

  /// What is to be said beside the results of such tiles.
  private static func note(on tiling: Tiling) -> String {
    let tiles = "tiles of \(tiling.tileSize), of which \(tiling.keptSize) are kept"
    if tiling.isSeamless { return "\(tiles): no seams" }
    if tiling.seesWholeInput {
      return
        "\(tiles): the network's averages of all that it sees are those of a tile, so that classes may change between tiles"
    }
    return
      "\(tiles): the network looks \(tiling.reach) pixels around, further than the overlap of \(tiling.overlap), so that "
      + "classes may change between tiles; larger tiles (--tile-size) have none of it"
  }
}

extension TestTimeAugmentation: ExpressibleByArgument {}
