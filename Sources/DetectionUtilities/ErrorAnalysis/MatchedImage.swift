/// The objects found and missed and the false positives of one image, at one confidence and one IoU threshold.
///
/// Matched as ``OperatingPoints`` does it; crowds, ignored objects and the detections that fall on them are left out.
public struct MatchedImage: Hashable, Sendable {
  public var imageID: Int
  public var truePositives: [EvaluationDetection] = []
  public var falsePositives: [EvaluationDetection] = []
  public var found: [EvaluationGroundTruth] = []
  public var missed: [EvaluationGroundTruth] = []
  public var places = Places()

  /// Where the detections and objects of an image stand in the lists that were matched, in the order of the image's own lists.
  public struct Places: Hashable, Sendable {
    public var truePositives: [Int] = []
    public var falsePositives: [Int] = []
    public var found: [Int] = []
    public var missed: [Int] = []
  }

  /// An image in which nothing was found or missed yet.
  package init(imageID: Int) { self.imageID = imageID }

  /// False positives and objects missed.
  public var errorCount: Int { falsePositives.count + missed.count }

  /// Every image that has an object or a detection, by rising number.
  ///
  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - confidence: detections of at least this score are kept.
  public static func all(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, confidence: Double, iouThreshold: Double = 0.5, maximumDetections: Int = 100
  ) -> [MatchedImage] {
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
      lowestScore: confidence, maximumDetections: maximumDetections)
    let outcomes = groups.outcomes(iouThreshold: iouThreshold)
    var images = groups.imageIDs.map { MatchedImage(imageID: $0) }
    var isFound = [Bool](repeating: false, count: groups.objects.count)
    for group in groups.groups {
      for index in group.detections {
        switch outcomes[index] {
        case .ignored: break
        case .falsePositive: images[group.image].places.falsePositives.append(groups.detectionPlaces[index])
        case .truePositive(let object):
          isFound[object] = true
          images[group.image].places.truePositives.append(groups.detectionPlaces[index])
        }
      }
      for object in group.objects where !groups.isIgnored[object] {
        if isFound[object] {
          images[group.image].places.found.append(groups.objectPlaces[object])
        } else {
          images[group.image].places.missed.append(groups.objectPlaces[object])
        }
      }
    }
    for image in images.indices {
      let places = images[image].places
      images[image].truePositives = places.truePositives.map { detections[$0] }
      images[image].falsePositives = places.falsePositives.map { detections[$0] }
      images[image].found = places.found.map { groundTruth[$0] }
      images[image].missed = places.missed.map { groundTruth[$0] }
    }
    return images
  }
}
