/// The overlaps of the detections of a set with its objects: of their boxes, or of their masks where those are compared.
///
/// What every analysis beside the average precision asks for overlaps.
struct SetOverlaps {
  private let groundTruth: [EvaluationGroundTruth]
  private let detections: [EvaluationDetection]
  private let masks: MaskOverlaps?

  /// - Parameter masks: of the same lists; nil for boxes.
  init(groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], masks: MaskOverlaps?) {
    self.groundTruth = groundTruth
    self.detections = detections
    self.masks = masks
  }

  /// The IoU of a detection with an object of the same image, by their places in the lists; with a crowd the share of the
  /// detection that lies inside.
  func iou(detection: Int, object: Int) -> Double {
    if let masks { return masks.iou(detection: detection, object: object) }
    let truth = groundTruth[object]
    return detections[detection].box.iou(withGroundTruth: truth.box, isCrowd: truth.isCrowd)
  }

  /// By which a detection counts as small, medium or large, in square pixels.
  func area(ofDetection place: Int) -> Double {
    let detection = detections[place]
    return detection.area ?? masks.map { Double($0.area(ofDetection: place)) } ?? detection.box.area
  }
}
