/// What matching within the classes leaves over in one image.
struct UnmatchedBoxes {
  /// The classes of the objects that were found, one entry per object.
  var found: [Int] = []
  /// Missed objects, by their index into ``EvaluationGroups/objects``.
  var objects: [Int] = []
  /// Wrong detections, by their index into ``EvaluationGroups/detections``.
  var detections: [Int] = []

  /// One entry per image of ``EvaluationGroups/imageIDs``.
  static func byImage(_ groups: EvaluationGroups, iouThreshold: Double) -> [UnmatchedBoxes] {
    let outcomes = groups.outcomes(iouThreshold: iouThreshold)
    var images = [UnmatchedBoxes](repeating: UnmatchedBoxes(), count: groups.imageIDs.count)
    var isFound = [Bool](repeating: false, count: groups.objects.count)
    for group in groups.groups {
      for detection in group.detections {
        switch outcomes[detection] {
        case .ignored: break
        case .falsePositive: images[group.image].detections.append(detection)
        case .truePositive(let object):
          isFound[object] = true
          images[group.image].found.append(group.classIndex)
        }
      }
      images[group.image].objects += group.objects.filter { !isFound[$0] && !groups.isIgnored[$0] }
    }
    return images
  }

  /// Objects and detections of unlike classes that overlap by at least the threshold, each in one pair at most: the
  /// highest IoU first, then the higher score.
  func pairsAcrossClasses(_ groups: EvaluationGroups, iouThreshold: Double) -> [(object: Int, detection: Int)] {
    var candidates: [(iou: Double, object: Int, detection: Int)] = []
    for detection in detections {
      for object in objects where groups.objects[object].classIndex != groups.detections[detection].classIndex {
        let iou = groups.iou(detection: detection, object: object)
        if iou >= ImageMatcher.lowestIoU(iouThreshold) { candidates.append((iou, object, detection)) }
      }
    }
    candidates.sort {
      if $0.iou != $1.iou { return $0.iou > $1.iou }
      let keys = [$0, $1].map { StableScoreOrder.key(groups.detections[$0.detection].score) }
      return (keys[0], $0.detection, $0.object) < (keys[1], $1.detection, $1.object)
    }
    var pairs: [(object: Int, detection: Int)] = []
    var (takenObjects, takenDetections): (Set<Int>, Set<Int>) = ([], [])
    for candidate in candidates
    where !takenObjects.contains(candidate.object) && !takenDetections.contains(candidate.detection) {
      takenObjects.insert(candidate.object)
      takenDetections.insert(candidate.detection)
      pairs.append((candidate.object, candidate.detection))
    }
    return pairs
  }
}
