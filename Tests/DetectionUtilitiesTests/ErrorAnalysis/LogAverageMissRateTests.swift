import DetectionUtilities
import Testing

@Suite struct LogAverageMissRateTests {
  @Test func geometricMeanOverNinePoints() {
    // Four objects in ten images: one found before the first false positive, one after it.
    let points = OperatingPoints(
      groundTruth: (0..<4).map { objectAt(0, image: $0) },
      detections: [detectionAt(0, 0.9), detectionAt(50, 0.8), detectionAt(0, 0.7, image: 1)], classCount: 1)
    let missRate = LogAverageMissRate(points, imageCount: 10)
    // 3/4 at the four numbers below 0.1 false positives per image, 1/2 from there on: 0.75^(4/9) × 0.5^(5/9).
    #expect(isClose(missRate.mean, 0.5987324355742017))
    #expect(missRate.classes == [missRate.mean])
  }

  @Test func aCurveThatStartsTooLateMissesAll() {
    let points = OperatingPoints(
      groundTruth: [objectAt(0)], detections: [detectionAt(50, 0.9), detectionAt(60, 0.8), detectionAt(0, 0.7)],
      classCount: 1)
    // Two false positives in one image before the object is found: never within one per image.
    #expect(LogAverageMissRate(points, imageCount: 1).mean == 1)
  }

  @Test func perfectAndEmptyClasses() {
    let points = OperatingPoints(groundTruth: [objectAt(0)], detections: [detectionAt(0, 0.9)], classCount: 2)
    let missRate = LogAverageMissRate(points, imageCount: 3)
    #expect(isClose(missRate.classes[0], 1e-10, within: 1e-15))
    #expect(missRate.classes[1] == nil)
    let nothing = OperatingPoints(groundTruth: [], detections: [], classCount: 1)
    #expect(LogAverageMissRate(nothing, imageCount: 1).mean == nil)
  }

  @Test(arguments: 0..<10) func liesBetweenTheLastMissRateAndOne(seed: UInt64) throws {
    let set = RandomEvaluationSet(seed: seed)
    let points = OperatingPoints(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount)
    let missRate = LogAverageMissRate(points, imageCount: set.imageIDs.count)
    for (value, curve) in zip(missRate.classes, points.classes) where curve.objectCount > 0 {
      let recall = curve.point(atConfidence: 0).recall ?? 0
      let missRate = try #require(value)
      let (lowest, highest) = (1 - recall - 1e-12, 1 + 1e-12)
      #expect(missRate >= lowest)
      #expect(missRate <= highest)
    }
  }
}
