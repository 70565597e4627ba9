import DetectionUtilities
import Testing

@Suite struct DetectionErrorAnalysisTests {
  private func effect(_ analysis: DetectionErrorAnalysis, _ type: DetectionErrorType) throws -> (Int, Double) {
    let effect = try #require(analysis.effects.first { $0.type == type })
    return (effect.count, effect.averagePrecisionGain)
  }

  @Test func oneErrorOfEachType() throws {
    // Class 0 at 0 and 100, class 1 at 200 and 300.
    let analysis = DetectionErrorAnalysis(
      groundTruth: [objectAt(0), objectAt(100), objectAt(200, classIndex: 1), objectAt(300, classIndex: 1)],
      detections: [
        detectionAt(0, 0.9),
        detectionAt(0, 0.8),  // duplicate
        detectionAt(105, 0.7),  // IoU 5 / 15: localisation
        detectionAt(200, 0.6),  // classification
        detectionAt(305, 0.5),  // both, and the object is missed
        detectionAt(500, 0.4, classIndex: 1),  // background
      ], classCount: 2)
    #expect(analysis.effects.map(\.count) == [1, 1, 1, 1, 1, 1])
    // Class 0 reaches recall 1/2 at precision 1: 51 of 101 samples. Class 1 has none right.
    let half: Double = 51 / 202
    #expect(isClose(analysis.averagePrecision, half))
    // Put right, the classification error gives class 1 the same 51 samples.
    #expect(isClose(try effect(analysis, .classification).1, half))
    // Put right, the localisation error takes class 0 to recall 1 at precision 2/3: 50 more samples.
    let secondHalf: Double = 50 * 2 / 3 / 202
    #expect(isClose(try effect(analysis, .localisation).1, secondHalf))
    for type in [DetectionErrorType.both, .duplicate, .background, .missed] {
      #expect(isClose(try effect(analysis, type).1, 0))
    }
    #expect(isClose(analysis.falsePositiveGain, 0))
    // Without the object at 100 class 0 is perfect; class 1 stays at 0.
    #expect(isClose(analysis.falseNegativeGain, 0.5 - half))
  }

  @Test func onlyTheSurestErrorOnAnObjectIsPutRight() throws {
    let analysis = DetectionErrorAnalysis(
      groundTruth: [objectAt(0)],
      detections: [detectionAt(5, 0.9), detectionAt(500, 0.85), detectionAt(4, 0.8)], classCount: 1)
    // IoU 5/15 and 6/14. The first is put right and comes before the one on nothing; the last is taken away.
    let localisation = try effect(analysis, .localisation)
    #expect(localisation.0 == 2)
    #expect(localisation.1 == 1)
    #expect(try effect(analysis, .missed).0 == 0)
  }

  @Test func aDetectionInACrowdCountsAsErrorButNotInTheAverage() throws {
    let analysis = DetectionErrorAnalysis(
      groundTruth: [objectAt(0), objectAt(100, isCrowd: true)],
      detections: [detectionAt(101, 0.9), detectionAt(0, 0.8)], classCount: 1)
    #expect(analysis.averagePrecision == 1)
    #expect(try effect(analysis, .background).0 == 1)
    #expect(analysis.falsePositiveGain == 0)
  }

  @Test func nothingAndNoDetections() throws {
    #expect(DetectionErrorAnalysis(groundTruth: [], detections: [], classCount: 0).averagePrecision == nil)
    let missed = DetectionErrorAnalysis(
      groundTruth: [objectAt(0), objectAt(0, classIndex: 1)], detections: [detectionAt(0, 0.5)], classCount: 2)
    #expect(missed.averagePrecision == 0.5)
    // The second class goes with its only object.
    #expect(try effect(missed, .missed).0 == 1)
    #expect(try effect(missed, .missed).1 == 0.5)
    #expect(missed.falseNegativeGain == 0.5)
  }

  @Test(arguments: 0..<20) func everyWrongDetectionHasOneType(seed: UInt64) throws {
    var set = RandomEvaluationSet(seed: seed)
    // Without regions to ignore, and with overlaps that never tie, the right ones are COCO's.
    set.groundTruth.removeAll { $0.isCrowd || $0.isIgnored }
    for index in set.groundTruth.indices { set.groundTruth[index].box.x += Double(index) / 1000 }
    let analysis = DetectionErrorAnalysis(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount)
    let points = OperatingPoints(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount)
    let all = points.overall.point(atConfidence: 0)
    let wrong = analysis.effects.filter { $0.type != .missed }.map(\.count).reduce(0, +)
    #expect(wrong == all.falsePositives)
    #expect(try effect(analysis, .missed).0 <= all.falseNegatives)
    #expect(analysis.effects.allSatisfy { $0.averagePrecisionGain >= 0 })
  }

  /// A detection between two objects overlaps both alike, and a weaker one the first alone. By `tidecv` the better one takes
  /// the first object, so that the other one comes too late; by COCO's rules it takes the last, and both are right.
  @Test func ofEqualOverlapsTheFirstIsTaken() throws {
    let truth = [objectAt(0), objectAt(10)]
    let found = [detectionAt(5, 0.9), detectionAt(0, 0.8)]
    let analysis = DetectionErrorAnalysis(
      groundTruth: truth, detections: found, classCount: 1, foregroundIoU: 0.3, backgroundIoU: 0.1)
    #expect(try effect(analysis, .duplicate).0 == 1)
    let points = OperatingPoints(groundTruth: truth, detections: found, classCount: 1, iouThreshold: 0.3)
    #expect(points.overall.point(atConfidence: 0).falsePositives == 0)
  }
}
