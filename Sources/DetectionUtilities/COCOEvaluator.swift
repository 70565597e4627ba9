/// Evaluates detections as the COCO challenge does: pycocotools 2.0.11's `COCOeval` for boxes, number for number.
///
/// The same operations in the same order on doubles, so that results agree to the last digit. One thing differs on purpose:
/// pycocotools takes a match with an annotation whose id is 0 for no match.
public struct COCOEvaluator: Hashable, Sendable {
  public var settings: COCOEvaluationSettings

  public init(settings: COCOEvaluationSettings = COCOEvaluationSettings()) {
    precondition(!settings.maximumDetections.isEmpty, "an evaluation needs a maximum number of detections")
    self.settings = settings
  }

  /// Evaluates all images at once. Ground truth and detections may come in any order; at equal scores detections of one
  /// image and class count in the order given. An image of which neither knows does not matter.
  ///
  /// - Parameters:
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - truePositiveWeights: by class, how much a right detection counts against a wrong one in the precision; 1 for
  ///     each where none are given. With N / n for n of N objects this is the normalised precision of Hoiem, Chodpathumwan
  ///     and Dai ("Diagnosing error in object detectors", 2012, section 2.2), which compares subsets of unlike size.
  /// - Complexity: O(n log n) in the detections, plus ground truth × detections per image and class.
  public func evaluate(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int,
    truePositiveWeights: [Double]? = nil
  ) -> COCOEvaluation {
    precondition(truePositiveWeights.map { $0.count == classCount } ?? true, "a weight for every class")
    let truthByClass = Self.indicesByClass(groundTruth.map(\.classIndex), classCount: classCount)
    let detectionsByClass = Self.indicesByClass(detections.map(\.classIndex), classCount: classCount)
    var evaluation = COCOEvaluation(settings: settings, classCount: classCount)
    for classIndex in 0..<classCount {
      let images = ClassImages(
        groundTruth: truthByClass[classIndex].map { groundTruth[$0] },
        detections: detectionsByClass[classIndex].map { detections[$0] },
        maximumDetections: settings.maximumDetections[settings.maximumDetections.count - 1])
      let matches = ClassMatches(images, settings: settings)
      evaluation.accumulate(
        matches, classIndex: classIndex, truePositiveWeight: truePositiveWeights?[classIndex] ?? 1)
    }
    return evaluation
  }

  private static func indicesByClass(_ classIndices: [Int], classCount: Int) -> [[Int]] {
    var indices = [[Int]](repeating: [], count: classCount)
    for (index, classIndex) in classIndices.enumerated() {
      precondition(classIndex >= 0 && classIndex < classCount, "a class index outside of the class list")
      indices[classIndex].append(index)
    }
    return indices
  }
}
