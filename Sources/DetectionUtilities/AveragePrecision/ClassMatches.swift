/// Which detections of one class are right, wrong or neither, for every area range and IoU threshold.
struct ClassMatches {
  /// Scores by rising image, then falling.
  private(set) var scores: [Double] = []
  /// Where each stands in the list of all detections.
  private(set) var places: [Int32] = []
  /// The rank of a detection among those of its image, from 0.
  private(set) var ranks: [Int32] = []
  /// [area ranges × detections].
  private(set) var outcomes: [[ImageMatcher.MatchOutcome]]
  /// Objects to be found per area range: not ignored.
  private(set) var objectCounts: [Int]

  /// - Parameters:
  ///   - truth: of this class, by rising image.
  ///   - truthRanks: the rank of the image of each.
  ///   - truthPlaces: where each stands in the list of all objects.
  ///   - detections: places of the class's detections, by rising image and then as given.
  ///   - detectionRanks: by place, the rank of the image.
  ///   - masks: what overlaps are of; nil for the boxes.
  ///   - thresholds: which of the settings' IoU thresholds, at most 64.
  init(
    truth: [EvaluationGroundTruth], truthRanks: [Int32], truthPlaces: ArraySlice<Int32>,
    detections places: ArraySlice<Int32>, of all: [EvaluationDetection], detectionRanks: [Int32],
    masks: EvaluationMasks?, thresholds: Range<Int>, settings: COCOEvaluationSettings
  ) {
    let maximum = settings.maximumDetections[settings.maximumDetections.count - 1]
    let areas = settings.areaRanges
    var matcher = ImageMatcher(iouThresholds: settings.iouThresholds[thresholds])
    outcomes = [[ImageMatcher.MatchOutcome]](repeating: [], count: areas.count)
    for area in areas.indices { outcomes[area].reserveCapacity(places.count) }
    objectCounts = [Int](repeating: 0, count: areas.count)
    scores.reserveCapacity(places.count)
    ranks.reserveCapacity(places.count)
    self.places.reserveCapacity(places.count)

    var group: [(key: UInt64, place: Int32)] = []
    var found: [EvaluationDetection] = []
    var nextTruth = 0
    var next = places.startIndex
    while nextTruth < truth.count || next < places.endIndex {
      let image = min(
        nextTruth < truth.count ? truthRanks[nextTruth] : .max,
        next < places.endIndex ? detectionRanks[Int(places[next])] : .max)
      let firstTruth = nextTruth
      while nextTruth < truth.count && truthRanks[nextTruth] == image { nextTruth += 1 }
      group.removeAll(keepingCapacity: true)
      while next < places.endIndex && detectionRanks[Int(places[next])] == image {
        group.append((StableScoreOrder.key(all[Int(places[next])].score), places[next]))
        next += 1
      }
      // Places rise within an image, so that comparing them keeps the order given.
      group.sort { $0.key != $1.key ? $0.key < $1.key : $0.place < $1.place }
      found.removeAll(keepingCapacity: true)
      let firstPlace = self.places.count
      for (rank, entry) in group.prefix(maximum).enumerated() {
        let detection = all[Int(entry.place)]
        found.append(detection)
        scores.append(detection.score)
        ranks.append(Int32(rank))
        self.places.append(entry.place)
      }
      let objects = truth[firstTruth..<nextTruth]
      if let masks {
        matcher.enter(
          masks, objects: objects, at: truthPlaces.dropFirst(firstTruth).prefix(objects.count), detections: found,
          at: self.places[firstPlace...])
      } else {
        matcher.enter(detections: found[...], truth: objects)
      }
      for area in areas.indices {
        objectCounts[area] += matcher.match(truth: objects, area: areas[area]) {
          outcomes[area].append($0)
        }
      }
    }
  }
}

extension ImageMatcher {
  /// Takes in an image whose masks are laid over one another; all of them are asked for only where there are both objects and
  /// detections.
  fileprivate mutating func enter(
    _ masks: EvaluationMasks, objects: ArraySlice<EvaluationGroundTruth>, at objectPlaces: ArraySlice<Int32>,
    detections: [EvaluationDetection], at places: ArraySlice<Int32>
  ) {
    let areas = zip(detections, places).map { $0.area ?? Double(masks.detection(Int($1)).area) }
    guard !objects.isEmpty, !detections.isEmpty else {
      return enter(detectionAreas: areas, objectCount: 0) { _, _ in 0 }
    }
    let group = EvaluationMasks.Group(masks, objects: objectPlaces, detections: places)
    enter(detectionAreas: areas, objectCount: objects.count) { detection, object in
      group.iou(detection, object, isCrowd: objects[objects.startIndex + object].isCrowd)
    }
  }
}
