import DetectionUtilities
import ImageCodecs

/// How large the boxes are for a network, and how well anchors fitted to them cover them.
public struct BoxSizeStatistics: Sendable, Hashable, Codable {
  /// Boxes whose longer side, in pixels of the network's input, is in [`from`, `to`).
  public struct Bin: Sendable, Hashable, Codable {
    public var from: Double
    /// Nil for the last bin, which has no end.
    public var to: Double?
    public var boxes: Int
  }

  /// How anchors fitted to the boxes by k-means cover them.
  public struct AnchorCoverage: Sendable, Hashable, Codable {
    /// In pixels of the network's input, by rising area.
    public var anchors: [AnchorSize]
    /// Of the IoU between a box and its best anchor, both at one centre.
    public var meanIoU: Double
    /// Share of the boxes for which the sides of the best anchor are more than 4 times the box's, or less than a
    /// quarter: heads that predict sizes relative to anchors hardly reach them.
    public var uncoveredShare: Double
  }

  /// The images are scaled to fit into this size, with their shape kept.
  public let inputSize: ImageSize
  public let boxes: Int
  public let bins: [Bin]
  /// Share of the boxes whose longer side is below 8, 16 and 32 pixels of the input.
  public let shareBelow8: Double
  public let shareBelow16: Double
  public let shareBelow32: Double
  /// Nil where there are no boxes.
  public let coverage: AnchorCoverage?

  private static let edges: [Double] = [0, 8, 16, 32, 64, 128, 256]
  /// Clustering more boxes than this takes longer and hardly moves the anchors.
  private static let clusteredBoxes = 20_000

  /// - Precondition: `anchorCount` is at least 1, and so are the sides of `inputSize`.
  public init(of dataset: LabelledDataset, inputSize: ImageSize, anchorCount: Int) {
    self.inputSize = inputSize
    let sizes = dataset.images.flatMap { image in
      let scale = ImageTransform(source: image.size, target: inputSize, policy: .letterbox).scale
      return image.objects.lazy.filter { !$0.isCrowd && $0.box.area > 0 }
        .map { AnchorSize(width: $0.box.width * scale.x, height: $0.box.height * scale.y) }
    }
    boxes = sizes.count
    let sides = sizes.map { max($0.width, $0.height) }
    let edges = BoxSizeStatistics.edges
    bins = edges.indices.map { index in
      let end = index + 1 < edges.count ? edges[index + 1] : nil
      return Bin(
        from: edges[index], to: end, boxes: sides.count { $0 >= edges[index] && $0 < end ?? .infinity })
    }
    func share(below limit: Double) -> Double {
      sides.isEmpty ? 0 : Double(sides.count { $0 < limit }) / Double(sides.count)
    }
    (shareBelow8, shareBelow16, shareBelow32) = (share(below: 8), share(below: 16), share(below: 32))
    coverage = BoxSizeStatistics.coverage(of: sizes, anchorCount: anchorCount)
  }

  private static func coverage(of sizes: [AnchorSize], anchorCount: Int) -> AnchorCoverage? {
    let step = max(1, (sizes.count + clusteredBoxes - 1) / clusteredBoxes)
    let sample = stride(from: 0, to: sizes.count, by: step).map { sizes[$0] }
    // Sizes are told apart in whole pixels: anchors beyond those would repeat others.
    let distinct = Set(sample.map { AnchorSize(width: $0.width.rounded(), height: $0.height.rounded()) }).count
    var generator = SeededGenerator(seed: 1)
    let clustering = KMeansAnchors(anchorCount: max(1, min(anchorCount, distinct)))
    guard let fit = try? clustering.fit(sizes: sample, using: &generator) else { return nil }
    var total = 0.0
    var uncovered = 0
    for size in sizes {
      let best = fit.anchors.max { $0.iou(with: size) < $1.iou(with: size) } ?? size
      total += best.iou(with: size)
      let ratios = [best.width / size.width, best.height / size.height]
      if ratios.contains(where: { max($0, 1 / $0) > 4 }) { uncovered += 1 }
    }
    return AnchorCoverage(
      anchors: fit.anchors, meanIoU: total / Double(sizes.count),
      uncoveredShare: Double(uncovered) / Double(sizes.count))
  }
}
