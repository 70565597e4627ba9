/// Which class was taken for which, at one confidence and one IoU threshold.
///
/// Detections below the confidence are dropped. The rest are matched in two steps. First within their class, as
/// ``COCOEvaluator`` does at that IoU: these pairs are the diagonal, so that precision and recall read off the matrix are
/// those of ``OperatingPoints`` at the same confidence and IoU. Then the detections and objects left over are paired across
/// classes, the highest IoU first, down to the threshold (at equal IoU the higher score first). What remains stands in the
/// background's row (detections of nothing) and column (objects missed). Crowds, ignored objects and the detections that
/// fall on them are left out. Hence every detection counts once in its column, and every object once in its row.
public struct ConfusionMatrix: Hashable, Sendable {
  public let classCount: Int
  public let confidence: Double
  public let iouThreshold: Double
  /// [(classes + 1) × (classes + 1)]: the object's class by row, the detection's by column, background last.
  public private(set) var counts: [Int]

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - confidence: detections of at least this score are kept.
  ///   - maximumDetections: how many of the best scored detections of an image and class count.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, confidence: Double, iouThreshold: Double = 0.5, maximumDetections: Int = 100
  ) {
    self.classCount = classCount
    self.confidence = confidence
    self.iouThreshold = iouThreshold
    counts = [Int](repeating: 0, count: (classCount + 1) * (classCount + 1))
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
      lowestScore: confidence, maximumDetections: maximumDetections)
    for image in UnmatchedBoxes.byImage(groups, iouThreshold: iouThreshold) {
      for classIndex in image.found { add(object: classIndex, detection: classIndex) }
      let pairs = image.pairsAcrossClasses(groups, iouThreshold: iouThreshold)
      for (object, detection) in pairs {
        add(object: groups.objects[object].classIndex, detection: groups.detections[detection].classIndex)
      }
      let (objects, detections) = (Set(pairs.map(\.object)), Set(pairs.map(\.detection)))
      for object in image.objects where !objects.contains(object) {
        add(object: groups.objects[object].classIndex, detection: classCount)
      }
      for detection in image.detections where !detections.contains(detection) {
        add(object: classCount, detection: groups.detections[detection].classIndex)
      }
    }
  }

  private mutating func add(object: Int, detection: Int) { counts[object * (classCount + 1) + detection] += 1 }

  /// How many objects of a class were taken for which class; `classCount` stands for the background on either side.
  public subscript(object object: Int, detection detection: Int) -> Int {
    counts[object * (classCount + 1) + detection]
  }

  /// Objects of a class, or of the background: detections that found nothing.
  public func rowSum(_ object: Int) -> Int {
    (0...classCount).reduce(0) { $0 + self[object: object, detection: $1] }
  }

  /// Detections of a class, or of the background: objects that were missed.
  public func columnSum(_ detection: Int) -> Int {
    (0...classCount).reduce(0) { $0 + self[object: $1, detection: detection] }
  }

  /// The diagonal over the column's sum; nil without detections of the class.
  public func precision(classIndex: Int) -> Double? {
    let sum = columnSum(classIndex)
    return sum > 0 ? Double(self[object: classIndex, detection: classIndex]) / Double(sum) : nil
  }

  /// The diagonal over the row's sum; nil without objects of the class.
  public func recall(classIndex: Int) -> Double? {
    let sum = rowSum(classIndex)
    return sum > 0 ? Double(self[object: classIndex, detection: classIndex]) / Double(sum) : nil
  }
}
