import DetectionUtilities

/// What one detector did with every object of a set, at one confidence and an IoU of 0.5.
package struct ObjectOutcomes {
  package static let iouThreshold = 0.5

  /// In the order of the set's objects; nil for one that need not be found.
  let isFound: [Bool?]
  /// By image id; images without objects and detections are missing.
  let images: [Int: MatchedImage]

  init(_ set: EvaluationSet, confidence: Double) {
    let truth = set.cocoGroundTruth
    let judged = MatchedImage.all(
      groundTruth: truth, detections: set.detections, classCount: set.classes.count, confidence: confidence,
      iouThreshold: Self.iouThreshold)
    images = Dictionary(judged.map { ($0.imageID, $0) }) { first, _ in first }
    // Of objects that are alike in everything the first ones count as found.
    var found: [EvaluationGroundTruth: Int] = [:]
    for object in judged.flatMap(\.found) { found[object, default: 0] += 1 }
    isFound = truth.map { object in
      if object.isCrowd { return nil }
      guard let left = found[object], left > 0 else { return false }
      found[object] = left - 1
      return true
    }
  }
}
