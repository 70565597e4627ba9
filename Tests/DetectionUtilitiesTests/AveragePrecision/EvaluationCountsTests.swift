import DetectionUtilities
import Testing

@Suite struct EvaluationCountsTests {
  private func detection(_ imageID: Int, _ classIndex: Int, _ x: Double, _ score: Double) -> EvaluationDetection {
    EvaluationDetection(
      imageID: imageID, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), score: score)
  }

  private func object(_ imageID: Int, _ classIndex: Int, _ x: Double) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: imageID, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10))
  }

  /// Image 7 has three detections of class 0, of which two count, and two of class 1; image 900 has one.
  @Test func maximaAreThoseOfAnImageAndClass() {
    let detections = [(7, 0), (900, 0), (7, 1), (7, 0), (7, 0), (7, 1)].enumerated().map {
      detection($1.0, $1.1, Double($0), 0.5)
    }
    let objects = (0..<3).map { object(8, 1, Double($0)) } + [object(8, 0, 0), object(9, 1, 0)]
    let counts = EvaluationCounts(groundTruth: objects, detections: detections, classCount: 2, maximum: 2)
    #expect(counts.detectionsBeyondMaximum == 1)
    #expect(counts.imagesBeyondMaximum == 1)
    #expect(counts.imagesWithDetections == 2)
    #expect(counts.imagesWithObjects == 2)
    #expect(counts.repeatedDetections == 0)
    let all = EvaluationCounts(groundTruth: objects, detections: detections, classCount: 2)
    #expect(all.detectionsBeyondMaximum == 0 && all.imagesBeyondMaximum == 0)
  }

  /// The same box and score three times, and the box with another score, class or image; among few and among many.
  @Test(arguments: [0, 30]) func repetitionsAreTheSameInEverything(others: Int) {
    let detections =
      [(1, 0, 0.5), (1, 0, 0.5), (1, 0, 0.5), (1, 0, 0.6), (1, 1, 0.5), (2, 0, 0.5)].map {
        detection($0.0, $0.1, 5, $0.2)
      } + (0..<others).map { detection(1, 0, 100 + Double($0), 0.5) }
    let counts = EvaluationCounts(groundTruth: [], detections: detections.shuffled(), classCount: 2)
    #expect(counts.repeatedDetections == 2)
  }

  @Test func nothingIsNone() {
    let counts = EvaluationCounts(groundTruth: [], detections: [], classCount: 0, maximum: 1)
    #expect(counts.imagesWithDetections == 0 && counts.imagesWithObjects == 0 && counts.repeatedDetections == 0)
  }
}
