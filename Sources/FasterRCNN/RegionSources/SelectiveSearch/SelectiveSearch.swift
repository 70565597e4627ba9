import DetectionUtilities
import ImageCodecs

/// Boxes around the regions of hierarchical segmentations (Uijlings, van de Sande, Gevers and Smeulders, "Selective
/// Search for Object Recognition", 2013).
///
/// Differs from the paper in that the blur before the segmentation happens once, in RGB; the derivatives for the
/// texture are steered from those across and down, and binned up to the steepest slope of the image.
public struct SelectiveSearch: Hashable, Sendable {
  /// One way to segment and group; several find objects of different kinds.
  public struct Strategy: Hashable, Sendable {
    public var colorSpace: ColorSpace
    /// k of the first segmentation, for colours from 0 to 255; also the fewest pixels of a region.
    public var scale: Int
    public var similarity: RegionSimilarity

    public init(colorSpace: ColorSpace, scale: Int, similarity: RegionSimilarity) {
      self.colorSpace = colorSpace
      self.scale = scale
      self.similarity = similarity
    }

    /// The paper's "Fast" combination of section 5.1.3: HSV and Lab; k = 50 and 100; colour + texture + size + fill, and
    /// the same without colour.
    public static let fast: [Strategy] = [ColorSpace.hsv, .lab].flatMap { space in
      [50, 100].flatMap { scale in
        [[RegionSimilarity.color, .texture, .size, .fill], [.texture, .size, .fill]].map {
          Strategy(colorSpace: space, scale: scale, similarity: $0)
        }
      }
    }
  }

  public var strategies = Strategy.fast
  /// The blur before segmentation, pixels of the shrunk image.
  public var sigma = 0.8
  /// A larger image is searched at this length of its longer side, in pixels.
  public var longestSide = 500

  public init() {}

  /// At most `count` different boxes in pixels of the image, the likelier objects first.
  ///
  /// An image without edges has one region and gives one box, itself.
  ///
  /// - Complexity: O(pixels) for each colour space and scale, at most `longestSide`² pixels.
  public func proposals(for image: RGBImage, count: Int, seed: UInt64) -> [BoundingBox] {
    guard count > 0 else { return [] }
    let small = image.resized(to: searchSize(for: image.size))
    let x = Double(image.width) / Double(small.width)
    let y = Double(image.height) / Double(small.height)
    var seen: Set<BoundingBox> = []
    var boxes: [BoundingBox] = []
    for region in rankedRegions(of: small, seed: seed) where boxes.count < count && seen.insert(region).inserted {
      boxes.append(
        region.scaled(x: x, y: y).clipped(width: Double(image.width), height: Double(image.height)))
    }
    return boxes
  }

  /// Boxes of all regions of all strategies, in the order of section 3.3: the place in its hierarchy from the top,
  /// times a random number, so that the large regions of the many strategies do not come all at once.
  private func rankedRegions(of image: RGBImage, seed: UInt64) -> [BoundingBox] {
    var generator = SeededGenerator(seed: seed)
    var ranked: [(rank: Double, box: BoundingBox)] = []
    for boxes in hierarchies(of: image) {
      for (index, box) in boxes.reversed().enumerated() {
        ranked.append((Double(index + 1) * generator.uniform(0, 1), box))
      }
    }
    // Of equal ranks the earlier strategy counts, whatever the standard library's sort does with them.
    return ranked.indices
      .sorted { (ranked[$0].rank, $0) < (ranked[$1].rank, $1) }
      .map { ranked[$0].box }
  }

  /// The boxes of each strategy's regions, the whole image last. What strategies share is computed once.
  private func hierarchies(of image: RGBImage) -> [[BoundingBox]] {
    let plain = ColorPlanes(image)
    let smooth = plain.smoothed(sigma: sigma)
    var results = [[BoundingBox]](repeating: [], count: strategies.count)
    for (space, ofSpace) in Dictionary(grouping: strategies.indices, by: { strategies[$0].colorSpace }) {
      let bins = PixelBins(plain.converted(to: space))
      let graph = PixelGraph(smooth.converted(to: space))
      for (scale, ofScale) in Dictionary(grouping: ofSpace, by: { strategies[$0].scale }) {
        let segmentation = GraphSegmentation(of: graph, scale: Double(scale), minimumSize: scale)
        let regions = RegionTable(segmentation, bins: bins)
        let neighbors = segmentation.neighbors
        for index in ofScale {
          results[index] =
            HierarchicalGrouping(regions, neighbors: neighbors, similarity: strategies[index].similarity).table.boxes
        }
      }
    }
    return results
  }

  private func searchSize(for size: ImageSize) -> ImageSize {
    let longer = max(size.width, size.height)
    guard longer > longestSide else { return size }
    func shrunk(_ side: Int) -> Int { max(1, Int((Double(side) * Double(longestSide) / Double(longer)).rounded())) }
    return ImageSize(width: shrunk(size.width), height: shrunk(size.height))
  }
}
