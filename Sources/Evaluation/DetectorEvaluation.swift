import Datasets
import DetectionUtilities

/// How well detections agree with a labelled set, and both sides of the comparison as they go to a file.
public struct DetectorEvaluation: Sendable {
  /// Average precision of one class.
  public struct ClassResult: Sendable, Hashable {
    public var name: String
    /// Boxes in the ground truth, crowds left out.
    public var boxCount: Int
    /// COCO's AP, IoU 0.50 to 0.95; nil without ground truth.
    public var averagePrecision: Double?
    public var averagePrecision50: Double?
  }

  /// COCO's twelve numbers.
  public var summary: COCOSummary
  public var classes: [ClassResult]
  /// Where the labels state properties of the objects, how well objects are found by each.
  public var attributes: [AttributeBreakdown]
  public var groundTruth: COCOGroundTruthFile
  public var detections: COCOResultsFile
  /// Images that could not be read, and why; they are left out of both sides.
  public var failures: [(path: String, reason: String)]

  /// Evaluates detections of the images of a dataset by COCO's protocol: 10 IoU thresholds, at most 100 detections
  /// per image, crowds ignored.
  ///
  /// Both sides are measured exactly as the files hold them, so that pycocotools gives the same numbers.
  public init(
    dataset: LabelledDataset, detections: [Int: [Detection]], failures: [(path: String, reason: String)] = []
  ) {
    groundTruth = COCOGroundTruthFile(dataset: dataset)
    self.detections = COCOResultsFile(
      detections: dataset.images.map { (imageID: $0.id, detections: detections[$0.id] ?? []) },
      classes: dataset.classes)
    self.failures = failures
    let truth = Self.groundTruth(groundTruth, dataset.classes)
    let found = Self.detections(self.detections, dataset.classes)
    let evaluation = COCOEvaluator().evaluate(
      groundTruth: truth, detections: found, classCount: dataset.classes.count)
    summary = evaluation.summary
    attributes = AttributeBreakdown.all(
      groundTruth: truth, attributes: dataset.images.flatMap { $0.objects.map(\.attributes) }, detections: found,
      classCount: dataset.classes.count)
    var boxCounts = [Int](repeating: 0, count: dataset.classes.count)
    for image in dataset.images {
      for object in image.objects where !object.isCrowd { boxCounts[object.classIndex] += 1 }
    }
    classes = dataset.classes.enumerated().map { index, label in
      ClassResult(
        name: label.name, boxCount: boxCounts[index],
        averagePrecision: evaluation.averagePrecision(classIndex: index),
        averagePrecision50: evaluation.averagePrecision(iouThreshold: 0.5, classIndex: index))
    }
  }

  private static func groundTruth(
    _ file: COCOGroundTruthFile, _ classes: [ObjectClass]
  ) -> [EvaluationGroundTruth] {
    let indices = classIndices(classes)
    return file.annotations.compactMap { annotation in
      guard let classIndex = indices[annotation.categoryID] else { return nil }
      return EvaluationGroundTruth(
        imageID: annotation.imageID, classIndex: classIndex, box: CornerSizeBox(annotation.bbox),
        area: annotation.area, isCrowd: annotation.isCrowd != 0)
    }
  }

  private static func detections(_ file: COCOResultsFile, _ classes: [ObjectClass]) -> [EvaluationDetection] {
    let indices = classIndices(classes)
    return file.entries.compactMap { entry in
      guard let classIndex = indices[entry.categoryID] else { return nil }
      return EvaluationDetection(
        imageID: entry.imageID, classIndex: classIndex, box: CornerSizeBox(entry.bbox), score: entry.score)
    }
  }

  private static func classIndices(_ classes: [ObjectClass]) -> [Int: Int] {
    Dictionary(classes.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }
}

extension CornerSizeBox {
  /// - Precondition: four numbers, COCO's x, y, width, height.
  fileprivate init(_ bbox: [Double]) {
    precondition(bbox.count == 4, "a COCO box has four numbers")
    self.init(x: bbox[0], y: bbox[1], width: bbox[2], height: bbox[3])
  }
}
