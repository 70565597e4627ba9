import DetectionUtilities
import Tensors

/// What the proposal network learns (Ren et al. 2015, section 3.1.2): binary cross-entropy of objectness over sampled
/// anchors, smooth L1 of the deltas over those with an object, both divided by the number of sampled anchors of the
/// batch, as in torchvision.
package struct ProposalLoss {
  package var matcher: AnchorMatcher
  package var sampler: BalancedSampler
  package var smoothL1: SmoothL1Loss

  package init(matcher: AnchorMatcher, sampler: BalancedSampler, smoothL1: SmoothL1Loss) {
    self.matcher = matcher
    self.sampler = sampler
    self.smoothL1 = smoothL1
  }

  /// The anchors that take part, of one image.
  package struct Sample {
    /// Places among all anchors, and the object of each.
    package var positives: [(anchor: Int, target: BoundingBox)]
    package var negatives: [Int]

    package init(positives: [(anchor: Int, target: BoundingBox)], negatives: [Int]) {
      self.positives = positives
      self.negatives = negatives
    }
  }

  package struct Value {
    package var objectness: Float
    package var box: Float
    /// Of the trunk's proposal outputs, in their order.
    package var gradients: [Tensor]
  }

  package func sample(
    anchors: [BoundingBox], targets: [LabelledBox], using generator: inout some RandomNumberGenerator
  ) -> Sample {
    let matches = matcher.match(groundTruth: targets.map(\.box), boxes: anchors)
    let drawn = sampler.sample(matches, using: &generator)
    return Sample(
      positives: drawn.positives.compactMap { anchor in
        guard case .matched(let index) = matches[anchor] else { return nil }
        return (anchor, targets[index].box)
      }, negatives: drawn.negatives)
  }

  /// - Parameter samples: one per image.
  package func callAsFunction(_ outputs: ProposalOutputs, samples: [Sample]) -> Value {
    let count = samples.reduce(0) { $0 + $1.positives.count + $1.negatives.count }
    let share = 1 / Double(max(1, count))
    var objectnessLoss = 0.0
    var boxLoss = 0.0
    var objectness = outputs.levels.map { Tensor(zeros: $0.objectness.shape) }
    var deltas = outputs.levels.map { Tensor(zeros: $0.deltas.shape) }
    for (image, sample) in samples.enumerated() {
      for (anchors, target) in [(sample.positives.map(\.anchor), 1.0), (sample.negatives, 0.0)] {
        for place in anchors {
          let (index, anchor) = outputs.locate(place)
          let level = outputs.levels[index]
          let offset = level.objectnessOffset(image: image, anchor: anchor)
          let loss = BinaryCrossEntropyLoss.valueAndSlope(Double(level.objectness[offset]), target: target)
          objectnessLoss += share * loss.value
          objectness[index][offset] = Float(share * loss.slope)
        }
      }
      for (place, target) in sample.positives {
        let (index, anchor) = outputs.locate(place)
        let level = outputs.levels[index]
        let start = level.deltaOffset(image: image, anchor: anchor)
        let wanted = BoxCoder().encode(target, relativeTo: level.anchors[anchor]).values
        for coordinate in 0..<4 {
          let offset = start + coordinate * level.cellCount
          let (value, slope) = smoothL1.valueAndSlope(Double(level.deltas[offset]) - wanted[coordinate])
          boxLoss += share * value
          deltas[index][offset] = Float(share * slope)
        }
      }
    }
    return Value(
      objectness: Float(objectnessLoss), box: Float(boxLoss),
      gradients: zip(objectness, deltas).flatMap { [$0, $1] })
  }
}

extension ProposalOutputs {
  /// Level of an anchor that is counted over all levels, and its place there.
  package func locate(_ anchor: Int) -> (level: Int, anchor: Int) {
    var rest = anchor
    for (index, level) in levels.enumerated() {
      if rest < level.anchors.count { return (index, rest) }
      rest -= level.anchors.count
    }
    preconditionFailure("there is no anchor \(anchor)")
  }
}

extension BoxCoder.Deltas {
  /// dx, dy, dw, dh.
  package var values: SIMD4<Double> { SIMD4(dx, dy, dw, dh) }
}
