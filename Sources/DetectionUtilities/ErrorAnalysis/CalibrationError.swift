/// How far the scores are from the share of detections that are right: expected and maximum calibration error over bins of
/// equal width (Guo et al., "On calibration of modern neural networks", ICML 2017, section 2; for detections Küppers et
/// al., "Multivariate confidence calibration for object detection", 2020, section 3).
///
/// A detection is right as ``OperatingPoints`` has it. What falls on a crowd or an ignored object is left out. Objects that
/// were not found play no part.
public struct CalibrationError: Hashable, Sendable {
  /// Detections with a score in (`lower`, `upper`]; the first bin holds 0 as well.
  public struct Bin: Hashable, Sendable, Codable {
    public var lower: Double
    public var upper: Double
    public var count: Int
    /// The mean score; nil in an empty bin.
    public var confidence: Double?
    /// The share of right detections; nil in an empty bin.
    public var precision: Double?

    public init(lower: Double, upper: Double, count: Int, confidence: Double?, precision: Double?) {
      self.lower = lower
      self.upper = upper
      self.count = count
      self.confidence = confidence
      self.precision = precision
    }

    /// What the bin is off by; nil in an empty one.
    public var gap: Double? {
      guard let confidence, let precision else { return nil }
      return abs(confidence - precision)
    }
  }

  public let iouThreshold: Double
  public let bins: [Bin]

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - binCount: bins of equal width from 0 to 1. Scores outside are counted in the outermost bins.
  ///   - minimumConfidence: detections below are left out, none by default: the many that a detector gives at nearly 0
  ///     can decide the mean.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, iouThreshold: Double = 0.5, binCount: Int = 10, minimumConfidence: Double = -.infinity,
    maximumDetections: Int = 100
  ) {
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
      lowestScore: minimumConfidence, maximumDetections: maximumDetections)
    let outcomes = ClassOutcomes.all(groups, iouThreshold: iouThreshold)
    self.init(
      scores: outcomes.flatMap(\.scores), isTruePositive: outcomes.flatMap(\.isTruePositive),
      iouThreshold: iouThreshold, binCount: binCount)
  }

  /// `scores` and `isTruePositive` are of equal length; no score is NaN.
  init(scores: [Double], isTruePositive: [Bool], iouThreshold: Double, binCount: Int) {
    precondition(binCount > 0, "calibration needs a bin")
    var sums = [(count: Int, score: Double, right: Int)](repeating: (0, 0, 0), count: binCount)
    for (score, isRight) in zip(scores, isTruePositive) {
      let bin = Int(min(max((score * Double(binCount)).rounded(.up) - 1, 0), Double(binCount - 1)))
      sums[bin].count += 1
      sums[bin].score += score
      if isRight { sums[bin].right += 1 }
    }
    self.iouThreshold = iouThreshold
    bins = sums.enumerated().map { index, sum in
      Bin(
        lower: Double(index) / Double(binCount), upper: Double(index + 1) / Double(binCount), count: sum.count,
        confidence: sum.count > 0 ? sum.score / Double(sum.count) : nil,
        precision: sum.count > 0 ? Double(sum.right) / Double(sum.count) : nil)
    }
  }

  /// Detections in all bins.
  public var count: Int { bins.reduce(0) { $0 + $1.count } }

  /// The mean of the bins' gaps, weighed by their detections; nil without detections.
  public var expected: Double? {
    count > 0 ? bins.reduce(0) { $0 + Double($1.count) * ($1.gap ?? 0) } / Double(count) : nil
  }

  /// The largest gap; nil without detections.
  public var maximum: Double? { bins.compactMap(\.gap).max() }
}
