/// Makes one panoptic segmentation of instances and of stuff, each found by itself.
///
/// The rule, and the limits, are those of panopticapi's `combine_semantic_and_instance_predictions.py` (Kirillov et al. 2019,
/// "Panoptic Segmentation", section 7): instances in descending score, each without the pixels that better ones have; then stuff,
/// on the pixels that are left. Pixels that nothing takes are of no segment.
public struct PanopticMerger: Sendable, Hashable {
  /// An object, and how certain it is.
  public struct Instance: Sendable, Hashable {
    /// Index into the class list of the result.
    public var classIndex: Int
    public var score: Double
    public var mask: RunLengthMask

    public init(classIndex: Int, score: Double, mask: RunLengthMask) {
      self.classIndex = classIndex
      self.score = score
      self.mask = mask
    }
  }

  /// All pixels of a class of stuff.
  public struct Region: Sendable, Hashable {
    /// Index into the class list of the result.
    public var classIndex: Int
    public var mask: RunLengthMask

    public init(classIndex: Int, mask: RunLengthMask) {
      self.classIndex = classIndex
      self.mask = mask
    }
  }

  /// Instances with a lower score are left out.
  public var minimumScore = 0.5
  /// An instance is left out where better ones have more than this share of its pixels.
  public var largestOverlap = 0.5
  /// Stuff is left out where fewer pixels are left for it.
  public var minimumStuffArea = 64 * 64

  public init() {}

  /// - Parameters:
  ///   - instances: of equal scores, the first comes first.
  ///   - stuff: where two regions overlap, the first has the pixels.
  /// - Precondition: masks are of the image's size.
  /// - Returns: Segments in the order in which they were placed, with ids from 1.
  /// - Complexity: O(pixels · segments) where all overlap; O(pixels + runs) where none do.
  public func callAsFunction(
    width: Int, height: Int, instances: [Instance], stuff: [Region]
  ) -> PanopticSegmentation {
    var canvas = SegmentCanvas(width: width, height: height)
    let certain = instances.filter { $0.score >= minimumScore && $0.mask.area > 0 }
    let ranked = certain.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
    for (_, instance) in ranked {
      let area = instance.mask.area
      let taken = area - canvas.freePixels(of: instance.mask)
      if taken == area || Double(taken) / Double(area) > largestOverlap { continue }
      canvas.place(instance.mask, classIndex: instance.classIndex)
    }
    for region in stuff {
      let free = canvas.freePixels(of: region.mask)
      if free == 0 || free < minimumStuffArea { continue }
      canvas.place(region.mask, classIndex: region.classIndex)
    }
    return canvas.segmentation
  }
}

/// Segments that have been placed.
private struct SegmentCanvas {
  let width: Int
  let height: Int
  private(set) var segmentation: PanopticSegmentation

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    segmentation = PanopticSegmentation(ids: Array(repeating: 0, count: width * height), segments: [])
  }

  func freePixels(of mask: RunLengthMask) -> Int {
    var count = 0
    forEachPixel(of: mask) { count += segmentation.ids[$0] == 0 ? 1 : 0 }
    return count
  }

  /// The pixels of a mask that are free become a segment.
  mutating func place(_ mask: RunLengthMask, classIndex: Int) {
    let id = segmentation.segments.count + 1
    var area = 0
    var ids = segmentation.ids
    segmentation.ids = []
    forEachPixel(of: mask) { place in
      if ids[place] == 0 {
        ids[place] = UInt32(id)
        area += 1
      }
    }
    segmentation.ids = ids
    segmentation.segments.append(PanopticSegmentation.Segment(id: id, classIndex: classIndex, area: area))
  }

  /// Row-major places of the pixels inside.
  private func forEachPixel(of mask: RunLengthMask, _ body: (Int) -> Void) {
    precondition(mask.width == width && mask.height == height, "masks of the image's size")
    for run in mask.inside {
      var (x, y) = (run.lowerBound / height, run.lowerBound % height)
      for _ in run {
        body(y * width + x)
        y += 1
        if y == height { (x, y) = (x + 1, 0) }
      }
    }
  }
}
