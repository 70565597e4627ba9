import DetectionUtilities
import Testing

@Suite struct OperatingPointsTests {
  @Test func countsRatiosAndTheBestThreshold() throws {
    // Right, wrong, right, and once more on the first object.
    let points = OperatingPoints(
      groundTruth: [objectAt(0), objectAt(20)],
      detections: [detectionAt(0, 0.9), detectionAt(100, 0.8), detectionAt(20, 0.7), detectionAt(0, 0.6)],
      classCount: 1)
    let curve = points.classes[0]
    #expect(curve.points.map(\.confidence) == [0.9, 0.8, 0.7, 0.6])
    #expect(curve.points.map(\.truePositives) == [1, 1, 2, 2])
    #expect(curve.points.map(\.falsePositives) == [0, 1, 1, 2])
    #expect(curve.points.map(\.falseNegatives) == [1, 1, 0, 0])
    let twoThirds: Double = 2 / 3
    #expect(curve.points.map(\.precision) == [1, 0.5, twoThirds, 0.5])
    #expect(curve.points.map(\.recall) == [0.5, 0.5, 1, 1])
    // 2 TP / (2 TP + FP + FN): 2/3, 2/4, 4/5, 4/6.
    #expect(curve.points.map(\.f1) == [twoThirds, 0.5, 0.8, twoThirds])
    #expect(try #require(curve.best).confidence == 0.7)
    #expect(points.overall == curve)
  }

  @Test func aThresholdBetweenScoresKeepsWhatIsAbove() {
    let curve = ConfidenceCurve(scores: [0.5, 0.9, 0.5], isTruePositive: [true, false, false], objectCount: 2)
    // Equal scores enter together.
    #expect(curve.points.map(\.confidence) == [0.9, 0.5])
    #expect(curve.point(atConfidence: 0.6).falsePositives == 1)
    #expect(curve.point(atConfidence: 0.5).truePositives == 1)
    #expect(curve.point(atConfidence: 0.5).falsePositives == 2)
    let none = curve.point(atConfidence: 0.95)
    #expect(none.precision == nil)
    #expect(none.recall == 0)
    #expect(none.f1 == 0)
  }

  @Test func crowdsAndIgnoredObjectsAreNeitherRightNorWrong() {
    let points = OperatingPoints(
      groundTruth: [objectAt(0, isCrowd: true), objectAt(20, isIgnored: true)],
      // Two in the crowd; one on the ignored object, and a second, which is wrong.
      detections: [detectionAt(0, 0.9), detectionAt(0, 0.8), detectionAt(20, 0.7), detectionAt(20, 0.6)],
      classCount: 1)
    #expect(points.overall.objectCount == 0)
    #expect(points.overall.points.map(\.confidence) == [0.6])
    #expect(points.overall.points.map(\.falsePositives) == [1])
  }

  @Test func nothingHasNoBestPoint() {
    #expect(OperatingPoints(groundTruth: [], detections: [], classCount: 0).overall.best == nil)
    #expect(OperatingPoints(groundTruth: [objectAt(0)], detections: [], classCount: 1).overall.best == nil)
    let wrong = OperatingPoints(groundTruth: [], detections: [detectionAt(0, .nan)], classCount: 1)
    #expect(wrong.overall.points.isEmpty)
  }

  @Test(arguments: 0..<20) func recallIsThatOfCOCOWithTheRestDropped(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    for iouThreshold in [0.5, 0.75] {
      let points = OperatingPoints(
        groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount,
        iouThreshold: iouThreshold)
      for confidence in [0.2, 0.475, 0.8] {
        let evaluation = COCOEvaluator(settings: COCOEvaluationSettings(iouThresholds: [iouThreshold])).evaluate(
          groundTruth: set.groundTruth, detections: set.detections.filter { $0.score >= confidence },
          classCount: set.classCount)
        for classIndex in 0..<set.classCount {
          let cell = COCOEvaluation.Cell(
            iouThreshold: 0, classIndex: classIndex, areaRange: 0, maximumDetections: 2)
          #expect(points.classes[classIndex].point(atConfidence: confidence).recall == evaluation.recall(cell))
        }
      }
    }
  }
}
