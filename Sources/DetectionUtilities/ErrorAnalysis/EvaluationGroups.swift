/// The objects and detections of a set in the order in which they are judged: by class, by image, and detections by
/// descending score.
///
/// What the analyses beside the average precision share. Matching is ``COCOEvaluator``'s over objects of all areas, and
/// says besides which object a detection took.
struct EvaluationGroups {
  /// The objects and detections of one class in one image.
  struct Group {
    var classIndex: Int
    /// Index into ``EvaluationGroups/imageIDs``.
    var image: Int
    /// Ranges into ``EvaluationGroups/objects`` and ``EvaluationGroups/detections``.
    var objects: Range<Int>
    var detections: Range<Int>
  }

  enum Outcome: Hashable {
    /// The first to find an object, given by its index into ``EvaluationGroups/objects``.
    case truePositive(object: Int)
    case falsePositive
    /// Found what need not be found.
    case ignored
  }

  let classCount: Int
  /// Rising: every image that has an object or a detection, and those that were named.
  let imageIDs: [Int]
  let objects: [EvaluationGroundTruth]
  /// Whether an object need not be found.
  let isIgnored: [Bool]
  let detections: [EvaluationDetection]
  /// By class, then by rising image number.
  let groups: [Group]
  /// Objects to be found, per class.
  let objectCounts: [Int]

  /// - Parameter maximumDetections: how many of the best scored detections of an image and class count.
  init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int, imageIDs: [Int] = [],
    maximumDetections: Int
  ) {
    let places = Set(imageIDs).union(groundTruth.lazy.map(\.imageID)).union(detections.lazy.map(\.imageID)).sorted()
    let imageIndices = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    func key(_ classIndex: Int, _ imageID: Int) -> Int {
      precondition(0..<classCount ~= classIndex, "a class index outside of the class list")
      return classIndex * places.count + (imageIndices[imageID] ?? 0)
    }
    let objectKeys = groundTruth.enumerated().map { (key: key($1.classIndex, $1.imageID), index: $0) }
      .sorted { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
    let detectionKeys = detections.enumerated().map {
      (key: key($1.classIndex, $1.imageID), score: StableScoreOrder.key($1.score), index: $0)
    }.sorted { ($0.key, $0.score, $0.index) < ($1.key, $1.score, $1.index) }
    var kept: [EvaluationDetection] = []
    kept.reserveCapacity(detectionKeys.count)
    var groups: [Group] = []
    var object = 0
    var detection = 0
    while object < objectKeys.count || detection < detectionKeys.count {
      let place = min(
        object < objectKeys.count ? objectKeys[object].key : .max,
        detection < detectionKeys.count ? detectionKeys[detection].key : .max)
      let (firstObject, first, firstKept) = (object, detection, kept.count)
      while object < objectKeys.count && objectKeys[object].key == place { object += 1 }
      while detection < detectionKeys.count && detectionKeys[detection].key == place {
        if detection - first < maximumDetections { kept.append(detections[detectionKeys[detection].index]) }
        detection += 1
      }
      groups.append(
        Group(
          classIndex: place / places.count, image: place % places.count, objects: firstObject..<object,
          detections: firstKept..<kept.count))
    }
    self.classCount = classCount
    self.imageIDs = places
    self.groups = groups
    self.detections = kept
    objects = objectKeys.map { groundTruth[$0.index] }
    isIgnored = objects.map {
      $0.isCrowd || $0.isIgnored || !COCOEvaluationSettings.AreaRange.all.contains($0.area)
    }
    var objectCounts = [Int](repeating: 0, count: classCount)
    for (object, isIgnored) in zip(objects, isIgnored) where !isIgnored { objectCounts[object.classIndex] += 1 }
    self.objectCounts = objectCounts
  }
}

extension EvaluationGroups {
  /// The outcome of every detection of ``detections`` at an IoU threshold.
  func outcomes(iouThreshold: Double) -> [Outcome] {
    var outcomes = [Outcome](repeating: .falsePositive, count: detections.count)
    var isTaken = [Bool](repeating: false, count: objects.count)
    for group in groups {
      for index in group.detections {
        let box = detections[index].box
        if let object = best(for: box, in: group, iouThreshold, isTaken, ignored: false) {
          isTaken[object] = true
          outcomes[index] = .truePositive(object: object)
        } else if let object = best(for: box, in: group, iouThreshold, isTaken, ignored: true) {
          isTaken[object] = true
          outcomes[index] = .ignored
        } else if !COCOEvaluationSettings.AreaRange.all.contains(box.area) {
          outcomes[index] = .ignored
        }
      }
    }
    return outcomes
  }

  /// The free object with the highest IoU of at least the threshold, the last of equals. A crowd is always free.
  private func best(
    for box: CornerSizeBox, in group: Group, _ iouThreshold: Double, _ isTaken: [Bool], ignored: Bool
  ) -> Int? {
    var best = Self.accepted(iouThreshold)
    var match: Int?
    for object in group.objects where isIgnored[object] == ignored {
      let isCrowd = objects[object].isCrowd
      if isTaken[object] && !isCrowd { continue }
      let iou = box.iou(withGroundTruth: objects[object].box, isCrowd: isCrowd)
      if iou >= best {
        best = iou
        match = object
      }
    }
    return match
  }

  /// pycocotools' way of letting a threshold of 1 accept a perfect box in spite of rounding.
  static func accepted(_ iouThreshold: Double) -> Double { min(iouThreshold, 1 - 1e-10) }
}
