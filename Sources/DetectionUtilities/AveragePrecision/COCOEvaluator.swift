/// Evaluates detections as the COCO challenge does: pycocotools 2.0.11's `COCOeval` for boxes and masks, number for number.
///
/// The same operations in the same order on doubles, so that results agree to the last digit. One thing differs on purpose:
/// pycocotools takes a match with an annotation whose id is 0 for no match.
public struct COCOEvaluator: Hashable, Sendable {
  public var settings: COCOEvaluationSettings

  public init(settings: COCOEvaluationSettings = COCOEvaluationSettings()) {
    precondition(!settings.maximumDetections.isEmpty, "an evaluation needs a maximum number of detections")
    self.settings = settings
  }

  /// Calls a function for every number below a count, in any order and possibly several at a time.
  public typealias Iteration = (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

  /// Evaluates all images at once. Ground truth and detections may come in any order; at equal scores detections of one
  /// image and class count in the order given. An image of which neither knows does not matter.
  ///
  /// - Parameters:
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - masks: what is laid over one another in place of the boxes, in the order of ground truth and detections.
  ///   - truePositiveWeights: by class, how much a right detection counts against a wrong one in the precision; 1 for
  ///     each where none are given. With N / n for n of N objects this is the normalised precision of Hoiem, Chodpathumwan
  ///     and Dai ("Diagnosing error in object detectors", 2012, section 2.2), which compares subsets of unlike size.
  ///   - iteration: how the classes are gone through: one after the other, or by several threads with
  ///     `ParallelLoop` of the target ParallelWork. The outcome is the same.
  /// - Complexity: O(n log n) in the detections, plus ground truth × detections per image and class; for masks times their runs.
  public func evaluate(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int,
    masks: EvaluationMasks? = nil, truePositiveWeights: [Double]? = nil,
    iteration: Iteration = { count, body in (0..<count).forEach(body) }
  ) -> COCOEvaluation {
    precondition(truePositiveWeights.map { $0.count == classCount } ?? true, "a weight for every class")
    precondition(
      groundTruth.allSatisfy { 0..<classCount ~= $0.classIndex }
        && detections.allSatisfy { 0..<classCount ~= $0.classIndex }, "a class index outside of the class list")
    precondition(detections.count < Int32.max, "more detections than an evaluation can hold")
    let order = ClassOrder(groundTruth: groundTruth, detections: detections, classCount: classCount)
    let settings = settings
    var curves = [ClassCurves?](repeating: nil, count: classCount)
    curves.withUnsafeMutableBufferPointer { buffer in
      // Every class writes its own place.
      nonisolated(unsafe) let results = buffer
      iteration(classCount) { classIndex in
        var found = ClassCurves(settings: settings)
        for first in stride(from: 0, to: settings.iouThresholds.count, by: ImageMatcher.Thresholds.bitWidth) {
          let thresholds = first..<min(first + ImageMatcher.Thresholds.bitWidth, settings.iouThresholds.count)
          let matches = order.matches(
            of: classIndex, groundTruth: groundTruth, detections: detections, masks: masks,
            thresholds: thresholds, settings: settings)
          found.enter(
            matches, thresholds: thresholds, weight: truePositiveWeights?[classIndex] ?? 1, settings: settings)
        }
        results[classIndex] = found
      }
    }
    return COCOEvaluation(settings: settings, curves: curves.map { $0 ?? ClassCurves(settings: settings) })
  }
}
