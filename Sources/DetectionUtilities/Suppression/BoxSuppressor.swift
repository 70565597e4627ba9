/// The boxes that non-maximum suppression has kept so far, per class and upright strip of the image, four to a block so
/// that one pass of vector arithmetic compares a candidate with four of them.
struct BoxSuppressor {
  private struct Block {
    // Unused lanes hold a point, which no box overlaps.
    var x1 = SIMD4<Double>.zero
    var y1 = SIMD4<Double>.zero
    var x2 = SIMD4<Double>.zero
    var y2 = SIMD4<Double>.zero
    var area = SIMD4<Double>.zero
    /// The next block of the same strip, -1 at the end.
    var next = -1
  }

  /// A strip's blocks, -1 for none.
  private struct Chain {
    var first = -1
    var last = -1
    var usedLanes = 4
  }

  private let boxes: [BoundingBox]
  private let bins: SpatialBins
  private let iouThreshold: Double
  /// A little below the threshold, so that the cheap test by multiplication never misses what division would find.
  private let cautiousThreshold: Double
  private var blocks: [Block] = []
  private var chains: [Chain]

  /// - Parameters:
  ///   - boxes: all candidates, with finite coordinates.
  ///   - classIndices: of the candidates; nil where all may suppress each other.
  init(iouThreshold: Double, boxes: [BoundingBox], classIndices: [Int]?) {
    self.boxes = boxes
    self.iouThreshold = iouThreshold
    cautiousThreshold = iouThreshold * (1 - 1e-12)
    bins = SpatialBins(boxes, classIndices: classIndices, iouThreshold: iouThreshold)
    chains = [Chain](repeating: Chain(), count: bins.count)
  }

  /// Keeps the candidate and returns true, unless a kept box of its class overlaps it by more than the threshold.
  mutating func keep(_ candidate: Int) -> Bool {
    let box = boxes[candidate]
    // Nothing has an IoU above 0 with a box without area, or with an infinite one.
    guard box.area > 0, box.area.isFinite else { return true }
    let (own, reached) = bins.bins(of: box, candidate: candidate)
    // The likeliest place first.
    if isSuppressed(box, byChain: chains[own]) { return false }
    for strip in reached where strip != own && isSuppressed(box, byChain: chains[strip]) { return false }
    append(box, toChain: own)
    return true
  }

  private func isSuppressed(_ box: BoundingBox, byChain chain: Chain) -> Bool {
    if chain.first < 0 { return false }
    let x1 = SIMD4(repeating: box.x1)
    let y1 = SIMD4(repeating: box.y1)
    let x2 = SIMD4(repeating: box.x2)
    let y2 = SIMD4(repeating: box.y2)
    let area = SIMD4(repeating: box.area)
    var index = chain.first
    while index >= 0 {
      let block = blocks[index]
      // One clamp suffices: a negative height makes the product negative, which passes no threshold.
      let width = greater(lesser(block.x2, x2) - greater(block.x1, x1), .zero)
      let height = lesser(block.y2, y2) - greater(block.y1, y1)
      let intersection = width * height
      let union = block.area + area - intersection
      let excess = intersection - union * cautiousThreshold
      let greatest = greater(excess.lowHalf, excess.highHalf)
      if greatest.x > 0 || greatest.y > 0 {
        for lane in 0..<4 where excess[lane] > 0 && intersection[lane] / union[lane] > iouThreshold { return true }
      }
      index = block.next
    }
    return false
  }

  private mutating func append(_ box: BoundingBox, toChain chain: Int) {
    if chains[chain].usedLanes == 4 {
      if chains[chain].first < 0 {
        chains[chain].first = blocks.count
      } else {
        blocks[chains[chain].last].next = blocks.count
      }
      chains[chain].last = blocks.count
      chains[chain].usedLanes = 0
      blocks.append(Block())
    }
    let block = chains[chain].last
    let lane = chains[chain].usedLanes
    blocks[block].x1[lane] = box.x1
    blocks[block].y1[lane] = box.y1
    blocks[block].x2[lane] = box.x2
    blocks[block].y2[lane] = box.y2
    blocks[block].area[lane] = box.area
    chains[chain].usedLanes += 1
  }

  // The standard library's pointwiseMin and pointwiseMax go lane by lane; a comparison with a selection becomes one
  // instruction.
  @inline(__always)
  private func lesser<V: SIMD>(_ a: V, _ b: V) -> V where V.Scalar: Comparable { a.replacing(with: b, where: b .< a) }

  @inline(__always)
  private func greater<V: SIMD>(_ a: V, _ b: V) -> V where V.Scalar: Comparable { a.replacing(with: b, where: b .> a) }
}
