/// Where the objects and detections of every class stand in the lists of a whole set, image by image.
struct ClassOrder {
  private let truthRanks: [Int32]
  private let detectionRanks: [Int32]
  private let truth: BoxOrder
  private let detections: BoxOrder

  init(groundTruth: [EvaluationGroundTruth], detections found: [EvaluationDetection], classCount: Int) {
    let images = NumberRanks(groundTruth.lazy.map(\.imageID), found.lazy.map(\.imageID))
    truthRanks = groundTruth.map { images.rank(of: $0.imageID) }
    detectionRanks = found.map { images.rank(of: $0.imageID) }
    truth = BoxOrder(
      imageRanks: truthRanks, imageCount: images.count, classIndices: groundTruth.map { Int32($0.classIndex) },
      classCount: classCount)
    detections = BoxOrder(
      imageRanks: detectionRanks, imageCount: images.count, classIndices: found.map { Int32($0.classIndex) },
      classCount: classCount)
  }

  /// What becomes of the detections of a class.
  ///
  /// - Parameters:
  ///   - groundTruth: the whole list, and so for `detections`.
  ///   - masks: what overlaps are of; nil for the boxes.
  ///   - thresholds: which of the settings' IoU thresholds, at most 64.
  func matches(
    of classIndex: Int, groundTruth: [EvaluationGroundTruth], detections all: [EvaluationDetection],
    masks: EvaluationMasks? = nil, thresholds: Range<Int>, settings: COCOEvaluationSettings
  ) -> ClassMatches {
    let places = truth.of(classIndex)
    return ClassMatches(
      truth: places.map { groundTruth[Int($0)] }, truthRanks: places.map { truthRanks[Int($0)] },
      truthPlaces: places, detections: detections.of(classIndex), of: all, detectionRanks: detectionRanks, masks: masks,
      thresholds: thresholds, settings: settings)
  }
}
