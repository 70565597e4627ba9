import ImageCodecs

/// How images are to be cut into tiles, each of which a network sees by itself; what is nil follows from the network.
public struct TilingOptions: Hashable, Sendable {
  /// What the network sees at a time, rounded up to what it takes; nil for its own input size.
  public var tileSize: ImageSize?
  /// Pixels at every side of a tile of which the result is left to the neighbours, rounded up to where the network's strides
  /// fall on the same pixels in every tile. Nil for as many as the network looks around a pixel, but no more than 3/8 of the
  /// tile.
  public var overlap: Int?

  public init(tileSize: ImageSize? = nil, overlap: Int? = nil) {
    self.tileSize = tileSize
    self.overlap = overlap
  }
}

/// The tiles that a segmenter cuts images into (the overlap-tile strategy of Ronneberger et al. 2015, section 2): of each tile
/// the middle is kept, and beyond the edge the image is mirrored.
public struct Tiling: Hashable, Sendable, Codable {
  /// What the network sees at a time.
  public var tileSize: ImageSize
  /// The part of it whose result is kept.
  public var keptSize: ImageSize
  /// Pixels of the tile on the left of and above that part.
  public var overlap: Int
  /// How many pixels around a place the layers of the network look.
  public var reach: Int
  /// Whether the network has averages of all that it sees as well: those of a tile are not those of the image.
  public var seesWholeInput: Bool

  public init(tileSize: ImageSize, keptSize: ImageSize, overlap: Int, reach: Int, seesWholeInput: Bool) {
    self.tileSize = tileSize
    self.keptSize = keptSize
    self.overlap = overlap
    self.reach = reach
    self.seesWholeInput = seesWholeInput
  }

  /// Whether every pixel has the class that it would have if the network saw the whole image.
  public var isSeamless: Bool { overlap >= reach && !seesWholeInput }
}

/// Tiles that cannot be.
public struct TilingError: Error, Hashable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
