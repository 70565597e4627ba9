/// The boxes that non-maximum suppression has kept so far, per class, four to a block so that one pass of vector
/// arithmetic compares a candidate with four of them.
struct BoxSuppressor {
  private struct Block {
    // Unused lanes hold a point, which no box overlaps.
    var x1 = SIMD4<Double>.zero
    var y1 = SIMD4<Double>.zero
    var x2 = SIMD4<Double>.zero
    var y2 = SIMD4<Double>.zero
    var area = SIMD4<Double>.zero
    /// The next block of the same class, -1 at the end.
    var next = -1
  }

  /// A class's chain of blocks.
  private struct Chain {
    var first: Int
    var last: Int
    var usedLanes: Int
  }

  private let iouThreshold: Double
  /// A little below the threshold, so that the cheap test by multiplication never misses what division would find.
  private let cautiousThreshold: Double
  private var blocks: [Block] = []
  private var chains: [Chain] = []
  private var chainOfClass: [Int: Int] = [:]

  init(iouThreshold: Double) {
    self.iouThreshold = iouThreshold
    cautiousThreshold = iouThreshold * (1 - 1e-12)
  }

  /// Keeps the box and returns true, unless a kept box of its class overlaps it by more than the threshold.
  mutating func keep(_ box: BoundingBox, classIndex: Int) -> Bool {
    guard let chain = chainOfClass[classIndex] else {
      chainOfClass[classIndex] = chains.count
      chains.append(Chain(first: blocks.count, last: blocks.count, usedLanes: 0))
      blocks.append(Block())
      append(box, toChain: chains.count - 1)
      return true
    }
    if isSuppressed(box, byChain: chains[chain]) { return false }
    append(box, toChain: chain)
    return true
  }

  private func isSuppressed(_ box: BoundingBox, byChain chain: Chain) -> Bool {
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
      blocks[chains[chain].last].next = blocks.count
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
