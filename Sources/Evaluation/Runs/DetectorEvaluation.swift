import Datasets
import DetectionUtilities

/// How well a detector agrees with a labelled set, and both sides of the comparison as they go to a file.
public struct DetectorEvaluation: Sendable {
  /// Both sides as they were measured.
  public var set: EvaluationSet
  public var result: EvaluationResult
  public var groundTruth: COCOGroundTruthFile
  public var detections: COCOResultsFile
  /// Images that could not be read, and why; they are left out of both sides.
  public var failures: [(path: String, reason: String)]

  /// Evaluates detections of the images of a dataset, by COCO's protocol if none is given.
  ///
  /// Both sides are measured exactly as the files hold them, so that pycocotools gives the same numbers.
  public init(
    dataset: LabelledDataset, detections: [Int: [Detection]],
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco), failures: [(path: String, reason: String)] = [],
    unknownClasses: [UnknownClassDetections] = []
  ) {
    groundTruth = COCOGroundTruthFile(dataset: dataset)
    self.detections = COCOResultsFile(detections: detections, of: dataset)
    self.failures = failures
    set = EvaluationSet(dataset: dataset, detections: detections, unknownClasses: unknownClasses)
    result = EvaluationResult(set, protocol: rules)
  }
}
