import Datasets
import DetectionUtilities

/// How well a detector agrees with a labelled set, and what it found there.
public struct DetectorEvaluation: Sendable {
  /// The labelled images that were measured.
  public let dataset: LabelledDataset
  /// What was found on each, by image id; class indices are places in the dataset's list.
  public let detections: [Int: [Detection]]
  /// Both sides as they were measured.
  public let set: EvaluationSet
  public let result: EvaluationResult
  /// Images that could not be read, and why; they are left out of both sides.
  public let failures: [(path: String, reason: String)]

  /// Evaluates detections of the images of a dataset, by COCO's protocol if none is given.
  ///
  /// Both sides are measured exactly as ``groundTruthFile()`` and ``resultsFile()`` hold them, so that pycocotools gives
  /// the same numbers.
  public init(
    dataset: LabelledDataset, detections: [Int: [Detection]],
    protocol rules: EvaluationProtocol = EvaluationProtocol(.coco), failures: [(path: String, reason: String)] = [],
    unknownClasses: [UnknownClassDetections] = []
  ) {
    self.dataset = dataset
    self.detections = detections
    self.failures = failures
    set = EvaluationSet(
      dataset: dataset, detections: detections, unknownClasses: unknownClasses,
      comparesMasks: rules.iouType.needsMasks)
    result = EvaluationResult(set, protocol: rules)
  }

  /// The ground truth as a COCO file has it, made for saving.
  ///
  /// - Complexity: O(images + objects).
  public func groundTruthFile() -> COCOGroundTruthFile { COCOGroundTruthFile(dataset: dataset) }

  /// The detections as COCO results, made for saving.
  ///
  /// - Complexity: O(images + detections).
  public func resultsFile() -> COCOResultsFile { COCOResultsFile(detections: detections, of: dataset) }
}
