/// The objects found and missed and the false positives of one image, at one confidence and one IoU threshold.
///
/// Matched as ``OperatingPoints`` does it; crowds, ignored objects and the detections that fall on them are left out.
public struct MatchedImage: Hashable, Sendable {
  public var imageID: Int
  public var truePositives: [EvaluationDetection] = []
  public var falsePositives: [EvaluationDetection] = []
  public var found: [EvaluationGroundTruth] = []
  public var missed: [EvaluationGroundTruth] = []

  /// An image in which nothing was found or missed yet.
  package init(imageID: Int) { self.imageID = imageID }

  /// False positives and objects missed.
  public var errorCount: Int { falsePositives.count + missed.count }

  /// Every image that has an object or a detection, by rising number.
  ///
  /// - Parameters:
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - confidence: detections of at least this score are kept.
  public static func all(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int, confidence: Double,
    iouThreshold: Double = 0.5, maximumDetections: Int = 100
  ) -> [MatchedImage] {
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections.filter { $0.score >= confidence }, classCount: classCount,
      maximumDetections: maximumDetections)
    let outcomes = groups.outcomes(iouThreshold: iouThreshold)
    var images = groups.imageIDs.map { MatchedImage(imageID: $0) }
    var isFound = [Bool](repeating: false, count: groups.objects.count)
    for group in groups.groups {
      for index in group.detections {
        switch outcomes[index] {
        case .ignored: break
        case .falsePositive: images[group.image].falsePositives.append(groups.detections[index])
        case .truePositive(let object):
          isFound[object] = true
          images[group.image].truePositives.append(groups.detections[index])
        }
      }
      for object in group.objects where !groups.isIgnored[object] {
        if isFound[object] {
          images[group.image].found.append(groups.objects[object])
        } else {
          images[group.image].missed.append(groups.objects[object])
        }
      }
    }
    return images
  }
}
