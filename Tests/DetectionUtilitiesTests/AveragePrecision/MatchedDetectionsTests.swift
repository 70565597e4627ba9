import DetectionUtilities
import Testing

@Suite struct MatchedDetectionsTests {
  private func average(
    _ truth: [EvaluationGroundTruth], _ found: [EvaluationDetection], classCount: Int = 1,
    _ matching: MatchingRules = MatchingRules(), _ counting: CountingRules = CountingRules(), iou: Double = 0.5
  ) -> Double? {
    MatchedDetections(
      groundTruth: truth, detections: found, classCount: classCount, rules: matching, iouThresholds: [iou]
    ).averages(counting).mean
  }

  /// Right, wrong, right of two objects: precision 1 to recall 1/2, then 2/3. COCO (51 + 50 · 2/3) / 101, 11 points
  /// (6 + 5 · 2/3) / 11, all points (1 + 2/3) / 2; with the first alone 51 / 101.
  @Test(
    arguments: zip(
      [
        CountingRules(), CountingRules(estimator: .voc11Point), CountingRules(estimator: .allPoint),
        CountingRules(lowestScore: 0.8), CountingRules(lowestScore: 0.7), CountingRules(maximumPerClass: 1),
        CountingRules(maximumPerClass: nil, maximumPerImage: 2),
      ], [0.834_983, 0.848_485, 0.833_333, 0.504_950, 0.834_983, 0.504_950, 0.504_950] as [Double]))
  func countingRules(rules: CountingRules, expected: Double) {
    let found = [detectionAt(0, 0.9), detectionAt(50, 0.8), detectionAt(100, 0.7)]
    #expect(isClose(average([objectAt(0), objectAt(100)], found, MatchingRules(), rules), expected, within: 1e-6))
  }

  /// The image's limit counts the other class, the class's does not.
  @Test func limitsOfImagesAndClassesDiffer() {
    let found = [detectionAt(50, 0.9, classIndex: 1), detectionAt(0, 0.8)]
    let truth = [objectAt(0)]
    #expect(isClose(average(truth, found, classCount: 2, MatchingRules(), CountingRules(maximumPerClass: 1)), 1))
    #expect(average(truth, found, classCount: 2, MatchingRules(), CountingRules(maximumPerImage: 1)) == 0)
  }

  /// The special object is found with the higher score: it counts for nothing, as a success, or as an error.
  @Test(arguments: [(MatchingRules.Treatment.ignored, 1.0), (.counted, 1), (.leftOut, 0.5)], [true, false])
  func specialObjects(expected: (MatchingRules.Treatment, Double), isCrowd: Bool) {
    let rules = isCrowd ? MatchingRules(crowds: expected.0) : MatchingRules(difficult: expected.0)
    let truth = [objectAt(0), objectAt(100, isCrowd: isCrowd, isIgnored: !isCrowd)]
    #expect(isClose(average(truth, [detectionAt(0, 0.7), detectionAt(100, 0.9)], rules), expected.1))
    // Where it is not found, it lacks only if it is counted.
    let counted = average(truth, [detectionAt(0, 0.7)], rules)
    #expect(isClose(counted, expected.0 == .counted ? 51 / 101.0 : 1))
  }

  /// Two objects with an IoU of 7/13. The second detection overlaps the first object by 9/11, the second by 8/12.
  @Test(arguments: [(MatchingRules.Assignment.bestFree, 1.0), (.bestOnly, 51 / 101.0)])
  func assignments(assignment: MatchingRules.Assignment, expected: Double) {
    let found = [detectionAt(0, 0.9), detectionAt(1, 0.8)]
    #expect(isClose(average([objectAt(0), objectAt(3)], found, MatchingRules(assignment: assignment)), expected))
  }

  /// Moved by four, the overlap is 6 of 14 or 0.429, with the last pixel 7 of 15 or 0.467.
  @Test(arguments: [MatchingRules.Assignment.bestFree, .bestOnly])
  func lastPixel(assignment: MatchingRules.Assignment) {
    for countsLastPixel in [false, true] {
      let rules = MatchingRules(assignment: assignment, countsLastPixel: countsLastPixel)
      let value = average([objectAt(0)], [detectionAt(4, 0.9)], rules, iou: 0.45)
      #expect(isClose(value, countsLastPixel ? 1 : 0))
    }
  }

  @Test func classesThatDoNotMatter() {
    let (truth, found) = ([objectAt(0)], [detectionAt(0, 0.9, classIndex: 1)])
    #expect(average(truth, found, classCount: 2) == 0)
    #expect(isClose(average(truth, found, classCount: 2, MatchingRules(isClassAgnostic: true)), 1))
  }

  @Test(arguments: [(CountingRules.TieOrder.asGiven, 0.5), (.rightFirst, 1), (.wrongFirst, 0.5)])
  func ties(order: CountingRules.TieOrder, expected: Double) {
    let found = [detectionAt(50, 0.9), detectionAt(0, 0.9)]
    #expect(isClose(average([objectAt(0)], found, MatchingRules(), CountingRules(ties: order)), expected))
    let turned = average([objectAt(0)], found.reversed(), MatchingRules(), CountingRules(ties: order))
    #expect(isClose(turned, order == .asGiven ? 1 : expected))
  }

  @Test func classesWithoutObjects() {
    let (truth, found) = ([objectAt(0)], [detectionAt(0, 0.9)])
    #expect(isClose(average(truth, found, classCount: 2), 1))
    let halved = average(truth, found, classCount: 2, MatchingRules(), CountingRules(emptyClasses: .zero))
    #expect(isClose(halved, 0.5))
    #expect(average([], found) == nil)
    #expect(average([], []) == nil)
    #expect(average([], [], classCount: 0, MatchingRules(isClassAgnostic: true)) == nil)
    #expect(average(truth, []) == 0)
  }

  @Test(arguments: 0..<40) func cocoToTheLastDigit(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    let matched = MatchedDetections(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount,
      rules: MatchingRules(difficult: .ignored))
    for lowest in [nil, 0.5] {
      let evaluation = COCOEvaluator().evaluate(
        groundTruth: set.groundTruth, detections: set.detections.filter { $0.score >= lowest ?? 0 },
        classCount: set.classCount)
      for maximum in [1, 10, 100] {
        let averages = matched.averages(CountingRules(lowestScore: lowest, maximumPerClass: maximum))
        #expect(averages.mean == evaluation.averagePrecision(maximumDetections: maximum))
        for (threshold, value) in zip(matched.iouThresholds, averages.byThreshold) {
          #expect(value == evaluation.averagePrecision(iouThreshold: threshold, maximumDetections: maximum))
        }
      }
    }
  }

  @Test(arguments: 0..<40) func vocToTheLastDigit(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    let matched = MatchedDetections(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount,
      rules: AveragePrecisionRules.voc2007.matching)
    for estimator in AveragePrecision.allCases where estimator != .coco101 {
      let averages = matched.averages(CountingRules(estimator: estimator, maximumPerClass: nil))
      for (threshold, value) in zip(matched.iouThresholds, averages.byThreshold) {
        let expected = VOCEvaluator(iouThreshold: threshold).mean(
          groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount, estimator: estimator)
        #expect(value == expected)
      }
    }
  }
}
