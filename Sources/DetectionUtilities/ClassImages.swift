/// The ground truth and detections of one class, image by image.
struct ClassImages {
  struct Image {
    /// Ranges into ``ClassImages/groundTruth`` and ``ClassImages/detections``.
    var groundTruth: Range<Int>
    var detections: Range<Int>
  }

  /// By image, then in the order given.
  let groundTruth: [EvaluationGroundTruth]
  /// By image, then by descending score, at most as many per image as count.
  let detections: [EvaluationDetection]
  /// By rising image number.
  let images: [Image]

  init(groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], maximumDetections: Int) {
    let truthOrder = groundTruth.indices.sorted {
      let (a, b) = (groundTruth[$0].imageID, groundTruth[$1].imageID)
      return a != b ? a < b : $0 < $1
    }
    self.groundTruth = truthOrder.map { groundTruth[$0] }
    let keys = detections.enumerated().map { (image: $1.imageID, score: $1.score, index: $0) }.sorted {
      if $0.image != $1.image { return $0.image < $1.image }
      return StableScoreOrder.precedes($0.score, $1.score) ?? ($0.index < $1.index)
    }
    var kept: [EvaluationDetection] = []
    kept.reserveCapacity(keys.count)
    var images: [Image] = []
    var truth = 0
    var key = 0
    while truth < self.groundTruth.count || key < keys.count {
      let imageID = min(
        truth < self.groundTruth.count ? self.groundTruth[truth].imageID : .max,
        key < keys.count ? keys[key].image : .max)
      let (firstTruth, firstKey, firstKept) = (truth, key, kept.count)
      while truth < self.groundTruth.count && self.groundTruth[truth].imageID == imageID { truth += 1 }
      while key < keys.count && keys[key].image == imageID {
        if key - firstKey < maximumDetections { kept.append(detections[keys[key].index]) }
        key += 1
      }
      images.append(Image(groundTruth: firstTruth..<truth, detections: firstKept..<kept.count))
    }
    self.detections = kept
    self.images = images
  }
}
