import DetectionUtilities
import Testing

private func truth(
  _ box: (Double, Double, Double, Double), image: Int = 0, area: Double? = nil, isCrowd: Bool = false,
  isIgnored: Bool = false
) -> EvaluationGroundTruth {
  EvaluationGroundTruth(
    imageID: image, classIndex: 0, box: CornerSizeBox(x: box.0, y: box.1, width: box.2, height: box.3), area: area,
    isCrowd: isCrowd, isIgnored: isIgnored)
}

private func found(
  _ box: (Double, Double, Double, Double), _ score: Double, image: Int = 0, classIndex: Int = 0
) -> EvaluationDetection {
  EvaluationDetection(
    imageID: image, classIndex: classIndex, box: CornerSizeBox(x: box.0, y: box.1, width: box.2, height: box.3),
    score: score)
}

@Suite struct COCOEvaluatorTests {
  private func evaluate(
    _ groundTruth: [EvaluationGroundTruth], _ detections: [EvaluationDetection], classCount: Int = 1
  ) -> COCOEvaluation {
    COCOEvaluator().evaluate(groundTruth: groundTruth, detections: detections, classCount: classCount)
  }

  @Test func nothingAtAllHasNoAverage() {
    #expect(evaluate([], [], classCount: 0).summary.pycocotoolsValues == [Double](repeating: -1, count: 12))
    #expect(evaluate([], [], classCount: 3).summary.averagePrecision == nil)
  }

  @Test func detectionsWithoutGroundTruthHaveNoAverage() {
    #expect(evaluate([], [found((0, 0, 10, 10), 0.9)]).summary.averagePrecision == nil)
  }

  @Test func nothingFoundIsZero() {
    let summary = evaluate([truth((0, 0, 10, 10))], []).summary
    #expect(summary.averagePrecision == 0)
    #expect(summary.averageRecall100 == 0)
    #expect(summary.averagePrecisionSmall == 0)
    #expect(summary.averagePrecisionLarge == nil)
  }

  @Test func perfectBoxOfOnePixelIsOne() throws {
    let summary = evaluate([truth((3, 4, 1, 1))], [found((3, 4, 1, 1), 0.1)]).summary
    #expect(try abs(#require(summary.averagePrecision) - 1) < 1e-12)
    #expect(summary.averageRecall1 == 1)
  }

  @Test func boxWithoutAreaIsNeverFound() {
    let summary = evaluate([truth((3, 4, 0, 5))], [found((3, 4, 0, 5), 0.9)]).summary
    #expect(summary.averagePrecision == 0)
  }

  @Test func iouOf06CountsUpTo06() {
    // 6 of 10 pixels in height: IoU 0.6 counts at 0.5, 0.55 and 0.6.
    let evaluation = evaluate([truth((0, 0, 10, 10))], [found((0, 0, 10, 6), 0.9)])
    #expect(evaluation.summary.averageRecall100 == 0.3)
    #expect(evaluation.averageRecall(iouThreshold: 0.5) == 1)
    #expect(evaluation.averageRecall(iouThreshold: 0.75) == 0)
    #expect(evaluation.averageRecall(iouThreshold: 0.51) == nil)
  }

  @Test func detectionsInACrowdAreNeitherRightNorWrong() throws {
    let objects = [truth((0, 0, 10, 10)), truth((100, 100, 50, 50), isCrowd: true)]
    let detections = [
      found((110, 110, 5, 5), 0.9), found((120, 120, 5, 5), 0.8), found((0, 0, 10, 10), 0.7),
    ]
    #expect(try abs(#require(evaluate(objects, detections).summary.averagePrecision) - 1) < 1e-12)
  }

  @Test func ignoredObjectExcusesOneDetectionOnly() throws {
    let objects = [truth((0, 0, 10, 10)), truth((100, 100, 10, 10), isIgnored: true)]
    let once = [found((100, 100, 10, 10), 0.9), found((0, 0, 10, 10), 0.7)]
    #expect(try abs(#require(evaluate(objects, once).summary.averagePrecision) - 1) < 1e-12)
    let twice = [found((100, 100, 10, 10), 0.8)] + once
    #expect(try abs(#require(evaluate(objects, twice).summary.averagePrecision) - 0.5) < 1e-12)
  }

  @Test func smallerImageNumberComesFirstAtEqualScores() throws {
    let objects = [truth((0, 0, 10, 10), image: 7)]
    let right = found((0, 0, 10, 10), 0.5, image: 7)
    let wrongLater = found((50, 50, 10, 10), 0.5, image: 8)
    let wrongEarlier = found((50, 50, 10, 10), 0.5, image: 6)
    #expect(try abs(#require(evaluate(objects, [wrongLater, right]).averagePrecision()) - 1) < 1e-12)
    #expect(try abs(#require(evaluate(objects, [right, wrongEarlier]).averagePrecision()) - 0.5) < 1e-12)
  }

  @Test func areaOfTheAnnotationDecidesTheRange() {
    // The box is medium, the object itself small.
    let summary = evaluate([truth((0, 0, 40, 40), area: 900)], [found((0, 0, 40, 40), 1)]).summary
    #expect(summary.averageRecallSmall == 1)
    #expect(summary.averageRecallMedium == nil)
  }

  @Test func scoreOfNotANumberComesLast() throws {
    let objects = [truth((0, 0, 10, 10))]
    let detections = [found((50, 50, 10, 10), .nan), found((0, 0, 10, 10), 0.1)]
    #expect(try abs(#require(evaluate(objects, detections).averagePrecision()) - 1) < 1e-12)
  }

  @Test func strangeSettingsAreKept() {
    let settings = COCOEvaluationSettings(iouThresholds: [0.3], areaRanges: [.all], maximumDetections: [5])
    let evaluation = COCOEvaluator(settings: settings).evaluate(
      groundTruth: [truth((0, 0, 10, 10))], detections: [found((0, 0, 10, 4), 0.9)], classCount: 1)
    #expect(evaluation.summary.averageRecall1 == 1)
    #expect(evaluation.summary.averageRecall10 == nil)
    #expect(evaluation.summary.averagePrecision50 == nil)
    #expect(evaluation.summary.averageRecallSmall == nil)
  }
}
