import DetectionUtilities

/// A region that the second stage learns from.
package struct RegionSample: Hashable {
  package var region: RegionOfInterest
  /// nil is background.
  package var object: LabelledBox?
  /// Whether it takes part in the loss; a batch of regions is filled up with copies that do not.
  package var isCounted: Bool

  package init(region: RegionOfInterest, object: LabelledBox?, isCounted: Bool = true) {
    self.region = region
    self.object = object
    self.isCounted = isCounted
  }
}

/// Chooses the regions of a training step (Fast R-CNN, Girshick 2015, section 2.3): the objects themselves join the
/// proposals, and a fixed number is drawn with a limited share of objects.
package struct RegionSampler {
  package var matcher: AnchorMatcher
  package var sampler: BalancedSampler

  package init(matcher: AnchorMatcher, sampler: BalancedSampler) {
    self.matcher = matcher
    self.sampler = sampler
  }

  /// Exactly `sampler.count` regions.
  ///
  /// Where an image has fewer, they are repeated without counting, so that the network's statistics see real regions; one
  /// without any shows its whole area.
  ///
  /// - Parameter frame: the image, pixels of the network's input.
  package func callAsFunction(
    proposals: [BoundingBox], targets: [LabelledBox], image: Int, frame: BoundingBox,
    using generator: inout some RandomNumberGenerator
  ) -> [RegionSample] {
    let boxes = proposals + targets.map(\.box)
    let matches = matcher.match(groundTruth: targets.map(\.box), boxes: boxes)
    let drawn = sampler.sample(matches, using: &generator)
    var samples = (drawn.positives + drawn.negatives).map { index in
      var object: LabelledBox?
      if case .matched(let target) = matches[index] { object = targets[target] }
      return RegionSample(
        region: RegionOfInterest(box: boxes[index], image: image), object: object, isCounted: true)
    }
    let found = samples.count
    for index in found..<max(found, sampler.count) {
      var copy =
        found > 0
        ? samples[index % found]
        : RegionSample(region: RegionOfInterest(box: frame, image: image), object: nil, isCounted: false)
      copy.isCounted = false
      samples.append(copy)
    }
    return samples
  }
}
