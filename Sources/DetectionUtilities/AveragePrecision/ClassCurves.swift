/// Precision and recall of one class at every IoU threshold, area range and maximum of detections (pycocotools'
/// `accumulate`). −1 stands where there is no object.
struct ClassCurves: Hashable, Sendable {
  private let maximumCount: Int
  private let areaCount: Int
  private let recallCount: Int
  /// [IoU thresholds × area ranges × maxima × recall thresholds]: the precision envelope at each recall.
  private var precisions: [Double]
  /// Shaped as `precisions`: the score at which the recall is reached, 0 where it is not.
  private var scores: [Double]
  /// [IoU thresholds × area ranges × maxima]: the recall reached.
  private var recalls: [Double]

  init(settings: COCOEvaluationSettings) {
    maximumCount = settings.maximumDetections.count
    areaCount = settings.areaRanges.count
    recallCount = settings.recallThresholds.count
    recalls = [Double](repeating: -1, count: settings.iouThresholds.count * areaCount * maximumCount)
    precisions = [Double](repeating: -1, count: recalls.count * recallCount)
    scores = precisions
  }

  /// Where a combination stands in `recalls`.
  func place(threshold: Int, area: Int, maximum: Int) -> Int {
    (threshold * areaCount + area) * maximumCount + maximum
  }

  func recall(at place: Int) -> Double { recalls[place] }
  func precision(at place: Int, recallThreshold: Int) -> Double { precisions[place * recallCount + recallThreshold] }
  func score(at place: Int, recallThreshold: Int) -> Double { scores[place * recallCount + recallThreshold] }

  /// Enters the outcomes at some of the IoU thresholds, `thresholds`, which the matches hold from bit 0.
  ///
  /// - Parameter weight: how much a right detection counts against a wrong one.
  mutating func enter(
    _ matches: ClassMatches, thresholds: Range<Int>, weight: Double, settings: COCOEvaluationSettings
  ) {
    guard matches.objectCounts.contains(where: { $0 > 0 }) else { return }
    let order = StableScoreOrder.descending(matches.scores)
    var tallies = [Tally](repeating: Tally(), count: thresholds.count)
    for (maximum, limit) in settings.maximumDetections.enumerated() {
      let counted = order.filter { matches.ranks[$0] < limit }
      for area in settings.areaRanges.indices where matches.objectCounts[area] > 0 {
        for index in tallies.indices { tallies[index].reset() }
        tally(matches.outcomes[area], counted: counted, weight: weight, into: &tallies)
        for (index, threshold) in thresholds.enumerated() {
          let place = place(threshold: threshold, area: area, maximum: maximum)
          enter(
            &tallies[index], at: place, objectCount: Double(matches.objectCounts[area]),
            recallThresholds: settings.recallThresholds, first: counted.first, scores: matches.scores)
        }
      }
    }
  }

  /// What falling through the scores has met at one IoU threshold.
  private struct Tally {
    /// Wrong detections that are not wrong at every threshold.
    var falsePositives = 0
    /// Recall rises at right detections only, and the envelope takes its values from them: the other points of
    /// pycocotools' curve need not be computed.
    var precisions: [Double] = []
    var detections: [Int] = []

    mutating func reset() {
      falsePositives = 0
      precisions.removeAll(keepingCapacity: true)
      detections.removeAll(keepingCapacity: true)
    }
  }

  private func tally(
    _ outcomes: [ImageMatcher.MatchOutcome], counted: [Int], weight: Double, into tallies: inout [Tally]
  ) {
    let every: ImageMatcher.Thresholds = tallies.count == 64 ? .max : 1 << ImageMatcher.Thresholds(tallies.count) - 1
    // Most detections are wrong at every threshold.
    var wrongEverywhere = 0
    for detection in counted {
      let outcome = outcomes[detection]
      if outcome.isRight == 0 {
        if outcome.isIgnored == 0 {
          wrongEverywhere += 1
          continue
        }
        if outcome.isIgnored == every { continue }
      }
      for index in tallies.indices {
        let bit: ImageMatcher.Thresholds = 1 << ImageMatcher.Thresholds(index)
        if outcome.isRight & bit != 0 {
          // The grouping and the epsilon (numpy's spacing(1)) are pycocotools'.
          let weighted = weight * Double(tallies[index].precisions.count + 1)
          let wrong = Double(wrongEverywhere + tallies[index].falsePositives)
          tallies[index].precisions.append(weighted / (wrong + weighted + Double.ulpOfOne))
          tallies[index].detections.append(detection)
        } else if outcome.isIgnored & bit == 0 {
          tallies[index].falsePositives += 1
        }
      }
    }
  }

  private mutating func enter(
    _ tally: inout Tally, at place: Int, objectCount: Double, recallThresholds: [Double], first: Int?,
    scores allScores: [Double]
  ) {
    let hits = tally.precisions.count
    recalls[place] = Double(hits) / objectCount
    for index in tally.precisions.indices.dropLast().reversed()
    where tally.precisions[index + 1] > tally.precisions[index] {
      tally.precisions[index] = tally.precisions[index + 1]
    }
    var hit = 0
    for (index, recall) in recallThresholds.enumerated() {
      while hit < hits && Double(hit + 1) / objectCount < recall { hit += 1 }
      let entry = place * recallCount + index
      precisions[entry] = hit < hits ? tally.precisions[hit] : 0
      // A recall of 0 is reached by the first detection already, right or wrong.
      let reaching = recall <= 0 ? first : hit < hits ? tally.detections[hit] : nil
      scores[entry] = reaching.map { allScores[$0] } ?? 0
    }
  }
}
