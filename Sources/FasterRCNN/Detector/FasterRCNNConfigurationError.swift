import ImageCodecs
import Models

/// A setting of a two-stage detector that cannot be.
public struct FasterRCNNConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting.
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "Faster R-CNN, \(key): expected \(expected)" }

  static func require(_ condition: Bool, _ key: String, _ expected: String) throws(FasterRCNNConfigurationError) {
    if !condition { throw FasterRCNNConfigurationError(key: key, expected: expected) }
  }
}

extension FasterRCNNConfiguration {
  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(FasterRCNNConfigurationError) {
    let require = FasterRCNNConfigurationError.require
    try require(
      Preprocessing.allows(inputSize) && inputSize.width % 32 == 0 && inputSize.height % 32 == 0, "inputSize",
      "a width and a height that are multiples of 32 up to \(Preprocessing.longestSide), with at most "
        + "\(Preprocessing.mostPixels) pixels, not \(inputSize)")
    try require(
      backbone.widthMultiplier > 0 && backbone.widthMultiplier <= 4, "backbone.widthMultiplier",
      "a number above 0 and at most 4, not \(backbone.widthMultiplier)")
    try require(
      (8...4096).contains(pyramid.channels), "pyramid.channels", "8 to 4096, not \(pyramid.channels)")
    try require(
      (0..<0.1).contains(backbone.normalizationEpsilon), "backbone.normalizationEpsilon",
      "a number from 0 up and below 0.1, not \(backbone.normalizationEpsilon)")
    let finest = backbone.family == .resNet ? [4, 8] : [4, 8, 16, 32]
    try require(
      finest.contains(pyramid.finestStride), "pyramid.finestStride",
      "\(finest.map(String.init).joined(separator: " or ")), not \(pyramid.finestStride)")
    try proposals.validate(levelCount: proposalStrides.count)
    try regions.validate()
    try masks.validate()
    try semantics.validate()
    try require(
      !semantics.isPredicted || backbone.family == .resNet, "semantics.isPredicted",
      "no semantic head on a MobileNet, of whose maps two are of one size")
  }
}

extension SemanticConfiguration {
  func validate() throws(FasterRCNNConfigurationError) {
    func require(_ condition: Bool, _ key: String, _ expected: String) throws(FasterRCNNConfigurationError) {
      try FasterRCNNConfigurationError.require(condition, "semantics.\(key)", expected)
    }
    try require((8...4096).contains(channels), "channels", "8 to 4096, not \(channels)")
    try require((0...1000).contains(lossWeight), "lossWeight", "a weight from 0 to 1000, not \(lossWeight)")
    try require(
      scoreCount <= LabelMap.mostClasses, "classes", "at most \(LabelMap.mostClasses - 1), not \(classes.count)")
  }
}

extension MaskConfiguration {
  func validate() throws(FasterRCNNConfigurationError) {
    func require(_ condition: Bool, _ key: String, _ expected: String) throws(FasterRCNNConfigurationError) {
      try FasterRCNNConfigurationError.require(condition, "masks.\(key)", expected)
    }
    try require((2...64).contains(poolingSize), "poolingSize", "2 to 64, not \(poolingSize)")
    try require((0...16).contains(convolutions), "convolutions", "0 to 16, not \(convolutions)")
    try require((8...4096).contains(channels), "channels", "8 to 4096, not \(channels)")
    try require((1...4096).contains(samplesPerImage), "samplesPerImage", "1 to 4096, not \(samplesPerImage)")
    try require((0...1000).contains(lossWeight), "lossWeight", "a weight from 0 to 1000, not \(lossWeight)")
  }
}

extension ProposalConfiguration {
  func validate(levelCount: Int) throws(FasterRCNNConfigurationError) {
    func require(_ condition: Bool, _ key: String, _ expected: String) throws(FasterRCNNConfigurationError) {
      try FasterRCNNConfigurationError.require(condition, "proposals.\(key)", expected)
    }
    let sizes = anchorSizes
    try require(
      sizes.isEmpty
        || sizes.count == levelCount
          && sizes.allSatisfy { !$0.isEmpty && $0.count == sizes[0].count && $0.allSatisfy { $0 > 0 && $0 < 1e5 } },
      "anchorSizes", "\(levelCount) lists of equally many sizes above 0, one for each map, or none")
    try require(
      !aspectRatios.isEmpty && aspectRatios.allSatisfy { $0 > 0 && $0.isFinite }, "aspectRatios",
      "numbers above 0")
    try require(
      0 < backgroundIoU && backgroundIoU <= objectIoU && objectIoU <= 1, "objectIoU",
      "0 < backgroundIoU ≤ objectIoU ≤ 1, not \(backgroundIoU) and \(objectIoU)")
    try require((1...16).contains(convolutions), "convolutions", "1 to 16, not \(convolutions)")
    try require((1...100_000).contains(samplesPerImage), "samplesPerImage", "1 to 100,000, not \(samplesPerImage)")
    try require((0...1).contains(positiveFraction), "positiveFraction", "0 to 1, not \(positiveFraction)")
    for (key, value) in [
      ("trainingCandidates", trainingCandidates), ("trainingCount", trainingCount), ("candidates", candidates),
      ("count", count),
    ] {
      try require((1...100_000).contains(value), key, "1 to 100,000, not \(value)")
    }
    try require((0...1).contains(suppressionIoU), "suppressionIoU", "0 to 1, not \(suppressionIoU)")
    try require(minimumSize >= 0 && minimumSize.isFinite, "minimumSize", "a number from 0 up, not \(minimumSize)")
    try require((0..<1).contains(minimumScore), "minimumScore", "a number from 0 up and below 1, not \(minimumScore)")
  }
}

extension RegionConfiguration {
  func validate() throws(FasterRCNNConfigurationError) {
    func require(_ condition: Bool, _ key: String, _ expected: String) throws(FasterRCNNConfigurationError) {
      try FasterRCNNConfigurationError.require(condition, "regions.\(key)", expected)
    }
    try require((1...32).contains(poolingSize), "poolingSize", "1 to 32, not \(poolingSize)")
    try require((0...16).contains(samplingRatio), "samplingRatio", "0 to 16, not \(samplingRatio)")
    try require((0...16).contains(convolutions), "convolutions", "0 to 16, not \(convolutions)")
    try require((1...8).contains(fullyConnectedLayers), "fullyConnectedLayers", "1 to 8, not \(fullyConnectedLayers)")
    try require((1...65_536).contains(width), "width", "1 to 65,536, not \(width)")
    try require(objectIoU > 0 && objectIoU <= 1, "objectIoU", "a number above 0 and at most 1, not \(objectIoU)")
    try require((1...10_000).contains(samplesPerImage), "samplesPerImage", "1 to 10,000, not \(samplesPerImage)")
    try require((0...1).contains(positiveFraction), "positiveFraction", "0 to 1, not \(positiveFraction)")
    try require(smoothL1Beta > 0 && smoothL1Beta.isFinite, "smoothL1Beta", "a number above 0, not \(smoothL1Beta)")
    try require(boxLossWeight >= 0 && boxLossWeight.isFinite, "boxLossWeight", "a number from 0 up")
  }
}
