/// What a detector does when detections below a confidence are dropped: counts, and the precision, recall and F1 that
/// follow.
public struct OperatingPoint: Hashable, Sendable {
  /// Detections of at least this score are kept.
  public var confidence: Double
  public var truePositives: Int
  public var falsePositives: Int
  public var falseNegatives: Int

  public init(confidence: Double, truePositives: Int, falsePositives: Int, falseNegatives: Int) {
    self.confidence = confidence
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
  }

  /// True positives over detections; nil without detections.
  public var precision: Double? { Self.ratio(truePositives, truePositives + falsePositives) }

  /// True positives over objects; nil without objects.
  public var recall: Double? { Self.ratio(truePositives, truePositives + falseNegatives) }

  /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); nil with neither objects nor detections.
  public var f1: Double? { Self.ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  private static func ratio(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
