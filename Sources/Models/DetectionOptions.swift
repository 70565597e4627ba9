/// Which of a detector's raw boxes are kept.
public struct DetectionOptions: Sendable, Hashable {
  /// Detections with a lower score are dropped.
  public var confidence: Double
  /// Overlap above which the weaker of two boxes of one class is suppressed.
  public var iou: Double
  /// Most detections kept per image.
  public var maximumDetections: Int

  /// The defaults suit a person who looks at the result.
  public init(confidence: Double = 0.25, iou: Double = 0.45, maximumDetections: Int = 300) {
    self.confidence = confidence
    self.iou = iou
    self.maximumDetections = maximumDetections
  }

  /// For average precision: everything down to a score that no longer matters, COCO's 100 per image.
  public static let evaluation = DetectionOptions(confidence: 0.001, iou: 0.6, maximumDetections: 100)
}
