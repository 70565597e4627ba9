/// The detections of one image, all classes together, each with the error that it is.
struct DetectionErrorImage {
  /// One detection.
  struct Judged {
    var classIndex: Int
    var score: Double
    /// Nil where the detection is right.
    var error: DetectionErrorType?
    /// Whether it falls on a region to be ignored.
    var isIgnored: Bool
    /// The object, by its index, that it would find if it were put right: for classification and localisation errors.
    var object: Int?
  }

  /// By descending score.
  private(set) var detections: [Judged] = []
  /// The objects to be found.
  let objects: [EvaluationGroundTruth]
  /// Per object: whether a detection found it.
  private(set) var isFound: [Bool]

  private let foregroundIoU: Double
  private let backgroundIoU: Double

  /// - Parameters:
  ///   - detections: by descending score.
  ///   - overlap: the IoU of a detection with an object, by their places in the two lists.
  init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], foregroundIoU: Double,
    backgroundIoU: Double, overlap: (_ detection: Int, _ object: Int) -> Double
  ) {
    self.foregroundIoU = foregroundIoU
    self.backgroundIoU = backgroundIoU
    let places = groundTruth.indices.filter { !groundTruth[$0].isCrowd && !groundTruth[$0].isIgnored }
    let regions = groundTruth.indices.filter { groundTruth[$0].isCrowd || groundTruth[$0].isIgnored }
    objects = places.map { groundTruth[$0] }
    isFound = [Bool](repeating: false, count: objects.count)
    let ious = detections.indices.map { detection in places.map { overlap(detection, $0) } }
    let isRight = match(detections, ious)
    for (index, detection) in detections.enumerated() {
      var judged = Judged(
        classIndex: detection.classIndex, score: detection.score, isIgnored: false)
      if !isRight[index] {
        judged.isIgnored = regions.contains {
          groundTruth[$0].classIndex == detection.classIndex && overlap(index, $0) > foregroundIoU
        }
        (judged.error, judged.object) = error(of: detection, ious[index])
      }
      self.detections.append(judged)
    }
  }

  /// Notes which objects are found, and returns which detections find one of their class.
  private mutating func match(_ detections: [EvaluationDetection], _ ious: [[Double]]) -> [Bool] {
    var matcher = ImageMatcher(iouThresholds: [foregroundIoU], convention: .tidecv)
    matcher.enter(detectionAreas: detections.map(\.box.area), objectCount: objects.count) { detection, object in
      objects[object].classIndex == detections[detection].classIndex ? ious[detection][object] : -1
    }
    var isRight: [Bool] = []
    matcher.match(truth: objects[...], area: .unlimited) { isRight.append($0.isRight != 0) }
    for object in objects.indices { isFound[object] = matcher.taker(of: object) != nil }
    return isRight
  }

  private func error(of detection: EvaluationDetection, _ ious: [Double]) -> (DetectionErrorType, object: Int?) {
    let sameClass = Self.highest(ious) { objects[$0].classIndex == detection.classIndex }
    if let sameClass, backgroundIoU...foregroundIoU ~= sameClass.iou { return (.localisation, sameClass.object) }
    let otherClass = Self.highest(ious) { objects[$0].classIndex != detection.classIndex }
    if let otherClass, otherClass.iou >= foregroundIoU { return (.classification, otherClass.object) }
    let found = Self.highest(ious) { objects[$0].classIndex == detection.classIndex && isFound[$0] }
    if let found, found.iou >= foregroundIoU { return (.duplicate, nil) }
    return ((ious.max() ?? 0) <= backgroundIoU ? .background : .both, nil)
  }

  /// The object of the highest IoU among some, the first of equals.
  private static func highest(_ ious: [Double], where belongs: (Int) -> Bool) -> (object: Int, iou: Double)? {
    var best: (object: Int, iou: Double)?
    for (object, iou) in ious.enumerated() where iou > best?.iou ?? -1 && belongs(object) { best = (object, iou) }
    return best
  }
}
