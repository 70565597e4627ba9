/// The objects and detections of a set in the order in which they are matched: by class, by image, and detections by
/// descending score.
///
/// What the analyses beside the average precision share. They match as ``COCOEvaluator`` does, over objects of all areas, and
/// say besides which object a detection took.
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
  /// Where each of ``objects`` stands in the list given.
  let objectPlaces: [Int]
  /// Whether an object need not be found.
  let isIgnored: [Bool]
  let detections: [EvaluationDetection]
  /// Where each of ``detections`` stands in the list given.
  let detectionPlaces: [Int]
  /// By class, then by rising image number.
  let groups: [Group]
  /// Objects to be found, per class.
  let objectCounts: [Int]
  private let overlaps: SetOverlaps

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - lowestScore: detections below it, and those without a score, are left out; nil to keep all.
  ///   - maximumDetections: how many of the best scored detections of an image and class count.
  init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps?, classCount: Int,
    imageIDs: [Int] = [], lowestScore: Double? = nil, maximumDetections: Int
  ) {
    let given = detections.indices.filter { index in lowestScore.map { detections[index].score >= $0 } ?? true }
    let places = Set(imageIDs).union(groundTruth.lazy.map(\.imageID))
      .union(given.lazy.map { detections[$0].imageID }).sorted()
    let imageIndices = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    func key(_ classIndex: Int, _ imageID: Int) -> Int {
      precondition(0..<classCount ~= classIndex, "a class index outside of the class list")
      return classIndex * places.count + (imageIndices[imageID] ?? 0)
    }
    let objectKeys = groundTruth.enumerated().map { (key: key($1.classIndex, $1.imageID), index: $0) }
      .sorted { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
    let detectionKeys = given.map { index in
      let detection = detections[index]
      return (
        key: key(detection.classIndex, detection.imageID), score: StableScoreOrder.key(detection.score), index: index
      )
    }.sorted { ($0.key, $0.score, $0.index) < ($1.key, $1.score, $1.index) }
    var kept: [Int] = []
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
        if detection - first < maximumDetections { kept.append(detectionKeys[detection].index) }
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
    self.detections = kept.map { detections[$0] }
    detectionPlaces = kept
    objectPlaces = objectKeys.map(\.index)
    objects = objectPlaces.map { groundTruth[$0] }
    self.overlaps = SetOverlaps(groundTruth: groundTruth, detections: detections, masks: overlaps)
    isIgnored = objects.map {
      $0.isCrowd || $0.isIgnored || !COCOEvaluationSettings.AreaRange.all.contains($0.area)
    }
    var objectCounts = [Int](repeating: 0, count: classCount)
    for (object, isIgnored) in zip(objects, isIgnored) where !isIgnored { objectCounts[object.classIndex] += 1 }
    self.objectCounts = objectCounts
  }
}

extension EvaluationGroups {
  /// The IoU of one of ``detections`` with one of ``objects`` in its image.
  func iou(detection: Int, object: Int) -> Double {
    overlaps.iou(detection: detectionPlaces[detection], object: objectPlaces[object])
  }

  /// The outcome of every detection of ``detections`` at an IoU threshold.
  func outcomes(iouThreshold: Double) -> [Outcome] {
    var outcomes = [Outcome](repeating: .falsePositive, count: detections.count)
    match(iouThresholds: [iouThreshold]) { detection, match in
      if match.isIgnored != 0 { outcomes[detection] = .ignored }
    } matched: { group, matcher in
      for object in group.objects where !isIgnored[object] {
        guard let taker = matcher.taker(of: object - group.objects.lowerBound) else { continue }
        outcomes[group.detections.lowerBound + taker] = .truePositive(object: object)
      }
    }
    return outcomes
  }

  /// What became of every detection of ``detections`` at some IoU thresholds, at most 64.
  func outcomes(iouThresholds: [Double]) -> [ImageMatcher.MatchOutcome] {
    var outcomes = [ImageMatcher.MatchOutcome](repeating: ImageMatcher.MatchOutcome(), count: detections.count)
    match(iouThresholds: iouThresholds) {
      outcomes[$0] = $1
    } matched: { _, _ in
    }
    return outcomes
  }

  /// Matches group after group.
  ///
  /// - Parameters:
  ///   - report: gets the outcome of each detection.
  ///   - matched: gets the matcher behind each group with objects; it knows what took them.
  @inline(__always)
  private func match(
    iouThresholds: [Double], report: (_ detection: Int, ImageMatcher.MatchOutcome) -> Void,
    matched: (Group, ImageMatcher) -> Void
  ) {
    var matcher = ImageMatcher(iouThresholds: iouThresholds)
    for group in groups where !group.detections.isEmpty {
      var detection = group.detections.lowerBound
      matcher.enter(
        detectionAreas: detectionPlaces[group.detections].lazy.map(overlaps.area), objectCount: group.objects.count
      ) { detection, object in
        iou(detection: group.detections.lowerBound + detection, object: group.objects.lowerBound + object)
      }
      matcher.match(truth: objects[group.objects], area: .all) { outcome in
        report(detection, outcome)
        detection += 1
      }
      if !group.objects.isEmpty { matched(group, matcher) }
    }
  }
}

/// The detections of one class that are right or wrong at one IoU threshold; those to be ignored are left out.
struct ClassOutcomes {
  /// In no particular order.
  var scores: [Double] = []
  var isTruePositive: [Bool] = []
  var objectCount = 0

  /// [classes].
  static func all(_ groups: EvaluationGroups, iouThreshold: Double) -> [ClassOutcomes] {
    var outcomes = groups.objectCounts.map { ClassOutcomes(objectCount: $0) }
    for (detection, outcome) in zip(groups.detections, groups.outcomes(iouThreshold: iouThreshold)) {
      switch outcome {
      case .ignored: continue
      case .truePositive: outcomes[detection.classIndex].isTruePositive.append(true)
      case .falsePositive: outcomes[detection.classIndex].isTruePositive.append(false)
      }
      outcomes[detection.classIndex].scores.append(detection.score)
    }
    return outcomes
  }
}
