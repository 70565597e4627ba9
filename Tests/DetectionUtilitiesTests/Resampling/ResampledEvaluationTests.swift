import DetectionUtilities
import Testing

@Suite struct ResampledEvaluationTests {
  private func resampled(_ set: RandomEvaluationSet) -> ResampledEvaluation {
    ResampledEvaluation(
      groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount, imageIDs: set.imageIDs)
  }

  private func coco(
    _ groundTruth: [EvaluationGroundTruth], _ detections: [EvaluationDetection], _ classCount: Int
  ) -> ResampledEvaluation.Value {
    let evaluation = COCOEvaluator().evaluate(
      groundTruth: groundTruth, detections: detections, classCount: classCount)
    return .init(
      averagePrecision: evaluation.averagePrecision() ?? 0,
      averagePrecision50: evaluation.averagePrecision(iouThreshold: 0.5) ?? 0)
  }

  @Test(arguments: 0..<40) func everyImageOnceIsCOCO(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    let value = resampled(set).value(multiplicities: set.imageIDs.map { _ in 1 })
    #expect(value == coco(set.groundTruth, set.detections, set.classCount))
  }

  @Test(arguments: 0..<40) func anImageThatCountsTwiceIsTwoImages(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    let evaluation = resampled(set)
    #expect(evaluation.imageIDs == set.imageIDs)
    let multiplicities = evaluation.multiplicities(seed: 5, resample: Int(seed))
    var groundTruth: [EvaluationGroundTruth] = []
    var detections: [EvaluationDetection] = []
    for (imageID, count) in zip(set.imageIDs, multiplicities) {
      for copy in 0..<Int(count) {
        groundTruth += set.groundTruth.filter { $0.imageID == imageID }.map {
          var object = $0
          object.imageID = 100 * imageID + copy
          return object
        }
        detections += set.detections.filter { $0.imageID == imageID }.map {
          var detection = $0
          detection.imageID = 100 * imageID + copy
          return detection
        }
      }
    }
    #expect(
      evaluation.value(multiplicities: multiplicities) == coco(groundTruth, detections, set.classCount))
  }

  @Test func drawsAsManyImagesAsThereAre() {
    let evaluation = resampled(RandomEvaluationSet(seed: 1))
    let draws = evaluation.multiplicities(seed: 3, resample: 7)
    #expect(draws.reduce(0, +) == 12)
    #expect(draws.contains { $0 > 1 })
    #expect(draws == evaluation.multiplicities(seed: 3, resample: 7))
    #expect(draws != evaluation.multiplicities(seed: 3, resample: 8))
    #expect(draws != evaluation.multiplicities(seed: 4, resample: 7))
  }

  @Test func nothing() {
    let empty = ResampledEvaluation(groundTruth: [], detections: [], classCount: 2, imageIDs: [4])
    #expect(empty.value(multiplicities: [1]) == .init(averagePrecision: 0, averagePrecision50: 0))
  }
}
