/// Anchor sizes fitted to the boxes of a data set: k-means with the distance 1 − IoU (YOLOv2, Redmon and Farhadi 2017,
/// section 2, "Dimension Clusters"), seeded as k-means++ (Arthur and Vassilvitskii 2007).
public struct KMeansAnchors: Hashable, Sendable, Codable {
  /// What ``fit(sizes:using:)`` found.
  public struct Fit: Hashable, Sendable {
    /// As many as asked for, by rising area (then width).
    public var anchors: [AnchorSize]
    /// Mean over the boxes of the IoU with their best anchor, in (0, 1].
    public var meanIoU: Double
  }

  /// No box had a positive, finite width and height.
  public struct NoUsableBoxes: Error, Hashable, CustomStringConvertible {
    /// How many boxes were offered.
    public var offered: Int

    public init(offered: Int) {
      self.offered = offered
    }

    public var description: String {
      "none of the \(offered) boxes has a positive width and height; anchors cannot be fitted"
    }
  }

  public var anchorCount: Int
  /// The clustering ends earlier, once no box changes its anchor.
  public var maximumIterations: Int

  public init(anchorCount: Int, maximumIterations: Int = 300) {
    precondition(anchorCount > 0, "at least one anchor")
    self.anchorCount = anchorCount
    self.maximumIterations = maximumIterations
  }

  /// Clusters the sizes. Sizes that are not positive and finite are left out. With fewer distinct sizes than anchors,
  /// anchors repeat.
  ///
  /// - Complexity: O(sizes × anchors) per iteration.
  public func fit(
    sizes: [AnchorSize], using generator: inout some RandomNumberGenerator
  ) throws(NoUsableBoxes) -> Fit {
    let usable = sizes.filter { $0.width > 0 && $0.height > 0 && $0.width.isFinite && $0.height.isFinite }
    guard !usable.isEmpty else { throw NoUsableBoxes(offered: sizes.count) }
    var anchors = seeds(usable, using: &generator)
    var assignment = [Int](repeating: -1, count: usable.count)
    for _ in 0..<maximumIterations {
      let newAssignment = usable.map { Self.nearest(to: $0, in: anchors).index }
      if newAssignment == assignment { break }
      assignment = newAssignment
      anchors = means(of: usable, assignment: assignment, previous: anchors)
    }
    let total = usable.reduce(0) { $0 + Self.nearest(to: $1, in: anchors).iou }
    anchors.sort { ($0.area, $0.width) < ($1.area, $1.width) }
    return Fit(anchors: anchors, meanIoU: total / Double(usable.count))
  }

  /// k-means++: each further seed is drawn with a probability that grows with the squared distance to the seeds so far.
  private func seeds(_ sizes: [AnchorSize], using generator: inout some RandomNumberGenerator) -> [AnchorSize] {
    var seeds = [sizes[Int.random(in: sizes.indices, using: &generator)]]
    var distances = [Double](repeating: .infinity, count: sizes.count)
    while seeds.count < anchorCount {
      for (index, size) in sizes.enumerated() {
        distances[index] = min(distances[index], 1 - size.iou(with: seeds[seeds.count - 1]))
      }
      let total = distances.reduce(0) { $0 + $1 * $1 }
      guard total > 0 else {
        seeds.append(seeds[seeds.count - 1])
        continue
      }
      var remaining = Double.random(in: 0..<total, using: &generator)
      // Rounding may use up the last share too early: the farthest-indexed size with a distance is the fallback.
      var chosen = distances.lastIndex { $0 > 0 } ?? 0
      for (index, distance) in distances.enumerated() where distance > 0 {
        remaining -= distance * distance
        if remaining < 0 {
          chosen = index
          break
        }
      }
      seeds.append(sizes[chosen])
    }
    return seeds
  }

  /// The mean size of each cluster; an anchor that lost all its boxes stays.
  private func means(of sizes: [AnchorSize], assignment: [Int], previous: [AnchorSize]) -> [AnchorSize] {
    var sums = [SIMD3<Double>](repeating: .zero, count: previous.count)
    for (size, cluster) in zip(sizes, assignment) { sums[cluster] += SIMD3(size.width, size.height, 1) }
    return zip(sums, previous).map { sum, old in
      sum.z > 0 ? AnchorSize(width: sum.x / sum.z, height: sum.y / sum.z) : old
    }
  }

  /// The anchor with the highest IoU; the first one at a tie.
  private static func nearest(to size: AnchorSize, in anchors: [AnchorSize]) -> (index: Int, iou: Double) {
    var best = (index: 0, iou: -1.0)
    for (index, anchor) in anchors.enumerated() {
      let iou = size.iou(with: anchor)
      if iou > best.iou { best = (index, iou) }
    }
    return best
  }
}
