import DetectionUtilities
import ImageCodecs

/// Turns the proposal network's outputs into the boxes that the second stage looks at (Ren et al. 2015, section 3.1.2
/// and "Implementation Details"): the best of every map, decoded, clipped, without specks and near duplicates.
package struct ProposalFilter {
  /// Best boxes per map before suppression.
  package var candidates: Int
  /// Boxes kept of an image.
  package var count: Int
  package var suppressionIoU: Double
  /// Boxes with a shorter side are dropped.
  package var minimumSize: Double
  /// Boxes whose objectness, as a probability, is lower are dropped.
  package var minimumScore: Double
  /// What boxes are clipped to: the part of the input that the image takes.
  package var inputSize: ImageSize

  package init(
    candidates: Int, count: Int, suppressionIoU: Double = 0.7, minimumSize: Double = 1e-3,
    minimumScore: Double = 0, inputSize: ImageSize
  ) {
    self.candidates = candidates
    self.count = count
    self.suppressionIoU = suppressionIoU
    self.minimumSize = minimumSize
    self.minimumScore = minimumScore
    self.inputSize = inputSize
  }

  /// By descending objectness. A score or a box that is not a number is dropped.
  package func callAsFunction(_ outputs: ProposalOutputs, image: Int) -> [BoundingBox] {
    var boxes: [BoundingBox] = []
    var scores: [Double] = []
    var levels: [Int] = []
    let lowest = minimumScore > 0 ? (minimumScore / (1 - minimumScore)).logarithm() : -.infinity
    for (index, level) in outputs.levels.enumerated() {
      level.objectness.withUnsafeBufferPointer { objectness in
        level.deltas.withUnsafeBufferPointer { deltas in
          for anchor in Self.best(candidates, of: level, image: image, in: objectness) {
            let box = decode(level, image: image, anchor: anchor, deltas: deltas)
            // False for NaN as well.
            guard box.width >= minimumSize && box.height >= minimumSize else { continue }
            let score = Double(objectness[level.objectnessOffset(image: image, anchor: anchor)])
            guard score >= lowest else { continue }
            boxes.append(box)
            scores.append(score)
            levels.append(index)
          }
        }
      }
    }
    let suppression = NonMaximumSuppression(
      iouThreshold: suppressionIoU, maximumDetections: count)
    return suppression.keptIndices(boxes: boxes, scores: scores, classIndices: levels).map { boxes[$0] }
  }

  private func decode(
    _ level: ProposalOutputs.Level, image: Int, anchor: Int, deltas: UnsafeBufferPointer<Float>
  ) -> BoundingBox {
    let start = level.deltaOffset(image: image, anchor: anchor)
    func delta(_ index: Int) -> Double { Double(deltas[start + index * level.cellCount]) }
    return BoxCoder().decode(
      BoxCoder.Deltas(dx: delta(0), dy: delta(1), dw: delta(2), dh: delta(3)), relativeTo: level.anchors[anchor]
    ).clipped(width: Double(inputSize.width), height: Double(inputSize.height))
  }

  /// The anchors with the highest objectness, the one with the lower index first where two are equal. NaN is left out.
  package static func best(
    _ count: Int, of level: ProposalOutputs.Level, image: Int, in objectness: UnsafeBufferPointer<Float>
  ) -> [Int] {
    let bucket = lastBucket(holding: count, of: level, image: image, in: objectness)
    // Keys fall as scores rise, so that key and index together sort as one number.
    var chosen: [UInt64] = []
    for kind in 0..<level.anchorsPerCell {
      let plane = (image * level.anchorsPerCell + kind) * level.cellCount
      for cell in 0..<level.cellCount {
        let value = objectness[plane + cell]
        let key = value.fallingKey
        if key >> 16 > bucket || value.isNaN { continue }
        chosen.append(UInt64(key) << 32 | UInt64(cell * level.anchorsPerCell + kind))
      }
    }
    chosen.sort()
    return chosen.prefix(count).map { Int($0 & 0xFFFF_FFFF) }
  }

  /// The keys' upper halves up to which there are at least `count` anchors, or all: only those are sorted.
  private static func lastBucket(
    holding count: Int, of level: ProposalOutputs.Level, image: Int, in objectness: UnsafeBufferPointer<Float>
  ) -> UInt32 {
    let total = level.anchors.count
    if total <= count { return .max }
    var histogram = [Int32](repeating: 0, count: 1 << 16)
    let start = image * total
    for value in objectness[start..<start + total] where !value.isNaN { histogram[Int(value.fallingKey >> 16)] += 1 }
    var bucket = 0
    var gathered = Int(histogram[0])
    while bucket < histogram.count - 1, gathered < count {
      bucket += 1
      gathered += Int(histogram[bucket])
    }
    return UInt32(bucket)
  }
}

extension Float {
  /// A number that falls as the value rises; the same for both zeros.
  fileprivate var fallingKey: UInt32 {
    let bits = (self + 0).bitPattern
    return ~(bits >> 31 == 1 ? ~bits : bits | 1 << 31)
  }
}
