/// Evaluates detections as the Pascal VOC development kit does (Everingham et al. 2010, section 4.2): one curve per class at one
/// IoU threshold.
///
/// A detection looks at the object of its class that it overlaps most, whether that one is taken or not: the first detection
/// to overlap it by at least the threshold is right, every further one wrong. ``COCOEvaluator`` would pass on to the next
/// best object.
public struct VOCEvaluator: Hashable, Sendable, Codable {
  public var iouThreshold: Double
  /// Whether a box from 3 to 5 is three pixels wide, as in the development kit, rather than two.
  public var countsLastPixel: Bool

  public init(iouThreshold: Double = 0.5, countsLastPixel: Bool = true) {
    self.iouThreshold = iouThreshold
    self.countsLastPixel = countsLastPixel
  }

  /// The precision-recall curve of each class. [classCount]
  ///
  /// Objects that are ignored or crowds (VOC's `difficult`) need not be found; their detections are left out. Detections with
  /// equal scores count in the order given.
  ///
  /// - Parameter classCount: class indices lie in `0..<classCount`.
  public func curves(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int
  ) -> [PrecisionRecallCurve] {
    precondition(
      groundTruth.allSatisfy { 0..<classCount ~= $0.classIndex }
        && detections.allSatisfy { 0..<classCount ~= $0.classIndex }, "a class index outside of the class list")
    var objectCounts = [Int](repeating: 0, count: classCount)
    for truth in groundTruth where !truth.isToBeIgnored { objectCounts[truth.classIndex] += 1 }
    var scores = [[Double]](repeating: [], count: classCount)
    var isRight = [[Bool]](repeating: [], count: classCount)
    let outcomes = self.outcomes(groundTruth: groundTruth, detections: detections, iouThresholds: [iouThreshold])
    for (detection, outcome) in zip(detections, outcomes) where outcome.isIgnored == 0 {
      scores[detection.classIndex].append(detection.score)
      isRight[detection.classIndex].append(outcome.isRight != 0)
    }
    return (0..<classCount).map {
      PrecisionRecallCurve(scores: scores[$0], isTruePositive: isRight[$0], groundTruthCount: objectCounts[$0])
    }
  }

  /// What becomes of every detection, in the order given, at several IoU thresholds in place of the evaluator's own.
  func outcomes(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], iouThresholds: [Double]
  ) -> [ImageMatcher.MatchOutcome] {
    precondition(iouThresholds.count <= ImageMatcher.Thresholds.bitWidth, "one bit for each threshold")
    let truthByPlace = Dictionary(grouping: groundTruth.indices) {
      Place(imageID: groundTruth[$0].imageID, classIndex: groundTruth[$0].classIndex)
    }
    /// By object, a bit for each threshold.
    var isTaken = [ImageMatcher.Thresholds](repeating: 0, count: groundTruth.count)
    var outcomes = [ImageMatcher.MatchOutcome](repeating: ImageMatcher.MatchOutcome(), count: detections.count)
    for index in StableScoreOrder.descending(detections.map(\.score)) {
      let detection = detections[index]
      let objects = truthByPlace[Place(imageID: detection.imageID, classIndex: detection.classIndex)] ?? []
      guard let (object, iou) = best(for: detection.box, among: objects, of: groundTruth) else { continue }
      var reached: ImageMatcher.Thresholds = 0
      for (threshold, limit) in iouThresholds.enumerated() where iou >= limit {
        reached |= 1 << ImageMatcher.Thresholds(threshold)
      }
      if groundTruth[object].isToBeIgnored {
        outcomes[index].isIgnored = reached
      } else {
        outcomes[index].isRight = reached & ~isTaken[object]
        isTaken[object] |= reached
      }
    }
    return outcomes
  }

  private struct Place: Hashable {
    var imageID: Int
    var classIndex: Int
  }

  /// The object with the highest IoU, the first of equals.
  private func best(
    for box: CornerSizeBox, among objects: [Int], of groundTruth: [EvaluationGroundTruth]
  ) -> (object: Int, iou: Double)? {
    var best: (object: Int, iou: Double)?
    for object in objects {
      let iou = withLastPixel(box).iou(with: withLastPixel(groundTruth[object].box))
      if iou > best?.iou ?? -1 { best = (object, iou) }
    }
    return best
  }

  private func withLastPixel(_ box: CornerSizeBox) -> BoundingBox {
    var corners = box.boundingBox
    if countsLastPixel {
      corners.x2 += 1
      corners.y2 += 1
    }
    return corners
  }
}

extension EvaluationGroundTruth {
  /// By Pascal VOC's rules.
  var isToBeIgnored: Bool { isCrowd || isIgnored }
}
