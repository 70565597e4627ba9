import DetectionUtilities
import Testing

@Suite struct ConfusionMatrixTests {
  @Test func pairsWithinThenAcrossClasses() {
    // Class 0 at 0 and 40, class 1 at 20. Found: the first rightly, the second as class 0; the third is missed. One
    // detection of class 1 stands on nothing, another is below the confidence.
    let matrix = ConfusionMatrix(
      groundTruth: [objectAt(0), objectAt(20, classIndex: 1), objectAt(40)],
      detections: [
        detectionAt(0, 0.9), detectionAt(20, 0.8), detectionAt(100, 0.7, classIndex: 1),
        detectionAt(20, 0.2, classIndex: 1),
      ], classCount: 2, confidence: 0.5)
    #expect(
      matrix.counts == [
        1, 0, 1,  // objects of class 0: one found, one missed
        1, 0, 0,  // the object of class 1: taken for class 0
        0, 1, 0,  // nothing: taken for class 1
      ])
    #expect(matrix.precision(classIndex: 0) == 0.5)
    #expect(matrix.recall(classIndex: 0) == 0.5)
    #expect(matrix.precision(classIndex: 1) == 0)
    #expect(matrix.recall(classIndex: 1) == 0)
  }

  @Test func acrossClassesTheHigherOverlapComesFirst() {
    // Both detections overlap the object; the one of the lower score overlaps it more and gets it.
    let matrix = ConfusionMatrix(
      groundTruth: [objectAt(0, classIndex: 0)],
      detections: [detectionAt(2, 0.9, classIndex: 1), detectionAt(1, 0.6, classIndex: 2)], classCount: 3,
      confidence: 0.5)
    #expect(matrix[object: 0, detection: 2] == 1)
    #expect(matrix[object: 0, detection: 1] == 0)
    #expect(matrix[object: 3, detection: 1] == 1)
    #expect(matrix.rowSum(0) == 1)
  }

  @Test func whatNeedNotBeFoundIsLeftOut() {
    let matrix = ConfusionMatrix(
      groundTruth: [objectAt(0, isCrowd: true)], detections: [detectionAt(0, 0.9), detectionAt(1, 0.9)],
      classCount: 1, confidence: 0)
    #expect(matrix.counts == [0, 0, 0, 0])
    #expect(matrix.precision(classIndex: 0) == nil)
    #expect(matrix.recall(classIndex: 0) == nil)
  }

  @Test(arguments: 0..<40) func agreesWithPrecisionAndRecall(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    for iouThreshold in [0.3, 0.5, 0.75] {
      let points = OperatingPoints(
        groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount,
        iouThreshold: iouThreshold)
      for confidence in [0, 0.325, 0.5, 2] {
        let matrix = ConfusionMatrix(
          groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount,
          confidence: confidence, iouThreshold: iouThreshold)
        for classIndex in 0..<set.classCount {
          let point = points.classes[classIndex].point(atConfidence: confidence)
          #expect(matrix[object: classIndex, detection: classIndex] == point.truePositives)
          #expect(matrix.precision(classIndex: classIndex) == point.precision)
          #expect(matrix.recall(classIndex: classIndex) == point.recall)
        }
      }
    }
  }
}
