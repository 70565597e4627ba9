import DetectionUtilities
import Testing

@Suite struct CalibrationErrorTests {
  @Test func gapsWeighedByTheirDetections() {
    // Right at 0.95, wrong at 0.85, wrong at 0.35, right at 0.31.
    let calibration = CalibrationError(
      groundTruth: [objectAt(0), objectAt(20)],
      detections: [
        detectionAt(0, 0.95), detectionAt(100, 0.85), detectionAt(200, 0.35), detectionAt(20, 0.31),
      ], classCount: 1)
    #expect(calibration.bins.map(\.count) == [0, 0, 0, 2, 0, 0, 0, 0, 1, 1])
    #expect(calibration.bins[3].precision == 0.5)
    #expect(isClose(calibration.bins[3].confidence, 0.33))
    #expect(calibration.bins[0].gap == nil)
    // Gaps 0.05, 0.85 and 0.17, the last of two detections: (0.05 + 0.85 + 2 × 0.17) / 4.
    #expect(isClose(calibration.expected, 0.31))
    #expect(calibration.maximum == 0.85)
  }

  @Test func binsHoldTheirUpperEnd() {
    let scores: [Double] = [0, 0.5, 0.500001, 1, -3, 7]
    let calibration = CalibrationError(
      groundTruth: [], detections: scores.map { detectionAt(0, $0) }, classCount: 1, binCount: 2)
    #expect(calibration.bins.map(\.count) == [3, 3])
    #expect(calibration.bins.map(\.upper) == [0.5, 1])
  }

  @Test func fewerDetectionsOrNone() {
    let detections = [detectionAt(0, 0.1), detectionAt(0, 0.6)]
    let calibration = CalibrationError(
      groundTruth: [objectAt(0, isCrowd: true)], detections: detections, classCount: 1)
    #expect(calibration.expected == nil)
    #expect(calibration.maximum == nil)
    let counted = CalibrationError(
      groundTruth: [], detections: detections, classCount: 1, minimumConfidence: 0.5)
    #expect(counted.count == 1)
    #expect(counted.expected == 0.6)
  }

  @Test(arguments: 0..<10) func countsWhatTheOperatingPointsCount(seed: UInt64) throws {
    let set = RandomEvaluationSet(seed: seed)
    let calibration = CalibrationError(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount, iouThreshold: 0.6,
      binCount: 7)
    let point = OperatingPoints(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount, iouThreshold: 0.6
    ).overall.point(atConfidence: 0)
    #expect(calibration.count == point.truePositives + point.falsePositives)
    var right = 0.0
    for bin in calibration.bins { right += (bin.precision ?? 0) * Double(bin.count) }
    #expect(isClose(right, Double(point.truePositives), within: 1e-9))
    let (expected, maximum) = (try #require(calibration.expected), try #require(calibration.maximum))
    #expect(expected <= maximum)
  }
}
