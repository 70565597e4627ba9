import DetectionUtilities

/// What one detector did with every object of a set, at one confidence and an IoU of 0.5.
package struct ObjectOutcomes {
  package static let iouThreshold = 0.5

  /// In the order of the set's objects; nil for one that need not be found.
  let isFound: [Bool?]
  /// By image id; images without objects and detections are missing.
  let images: [Int: MatchedImage]

  /// - Parameter overlaps: of masks, in place of the boxes'.
  init(_ set: EvaluationSet, overlaps: MaskOverlaps?, confidence: Double) {
    let judged = set.matchedImages(overlaps: overlaps, confidence: confidence, iouThreshold: Self.iouThreshold)
    images = Dictionary(judged.map { ($0.imageID, $0) }) { first, _ in first }
    let found = Set(judged.flatMap(\.places.found))
    isFound = set.groundTruth.indices.map { set.groundTruth[$0].isCrowd ? nil : found.contains($0) }
  }
}
