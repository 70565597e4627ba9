/// Precision, recall and F1 over the confidence threshold, by class and for all classes together, at one IoU threshold.
///
/// A detection is right as ``COCOEvaluator`` has it at that IoU: by descending score within image and class each takes the
/// free object that it overlaps most; what falls on a crowd or an ignored object is neither right nor wrong. Whether a
/// detection is right does not depend on those below it, so that one matching serves every confidence.
public struct OperatingPoints: Hashable, Sendable {
  public let iouThreshold: Double
  /// The counts of all classes added up, so that a frequent class weighs more than a rare one.
  public let overall: ConfidenceCurve
  /// [classes].
  public let classes: [ConfidenceCurve]

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - maximumDetections: how many of the best scored detections of an image and class count.
  /// - Complexity: O(n log n) in the detections, plus ground truth × detections per image and class.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, iouThreshold: Double = 0.5, maximumDetections: Int = 100
  ) {
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
      maximumDetections: maximumDetections)
    let outcomes = ClassOutcomes.all(groups, iouThreshold: iouThreshold)
    self.iouThreshold = iouThreshold
    classes = outcomes.map {
      ConfidenceCurve(scores: $0.scores, isTruePositive: $0.isTruePositive, objectCount: $0.objectCount)
    }
    overall = ConfidenceCurve(
      scores: outcomes.flatMap(\.scores), isTruePositive: outcomes.flatMap(\.isTruePositive),
      objectCount: groups.objectCounts.reduce(0, +))
  }
}
