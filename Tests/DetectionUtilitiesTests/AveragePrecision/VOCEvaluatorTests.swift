import DetectionUtilities
import Foundation
import Testing

@Suite struct VOCEvaluatorTests {
  /// The known answers of the test case: 15 boxes, 24 detections, with ties of scores, IoU with the last pixel counted.
  @Test(
    .enabled(
      if: SharedData.exists("evaluation/voc-test-case-1"), "needs evaluation/voc-test-case-1 in PEREGRINE_DATA"),
    arguments: [
      (0.3, AveragePrecision.allPoint, 0.245687), (0.3, .voc11Point, 0.268398), (0.5, .allPoint, 0.02222),
      (0.5, .voc11Point, 0.03030), (0.75, .allPoint, 0),
    ])
  func knownAnswers(iouThreshold: Double, estimator: AveragePrecision, expected: Double) throws {
    let folder = SharedData.folder.appendingPathComponent("evaluation/voc-test-case-1")
    let boxes = try Self.rows(folder.appendingPathComponent("gts")).map {
      EvaluationGroundTruth(imageID: $0, classIndex: 0, box: Self.box($1[0...]))
    }
    let detections = try Self.rows(folder.appendingPathComponent("dets")).map {
      EvaluationDetection(imageID: $0, classIndex: 0, box: Self.box($1[1...]), score: $1[0])
    }
    #expect(boxes.count == 15 && detections.count == 24)
    let result = VOCEvaluator(iouThreshold: iouThreshold).mean(
      groundTruth: boxes, detections: detections, classCount: 1, estimator: estimator)
    #expect(try abs(#require(result) - expected) < 6e-6)
  }

  /// The numbers of every line after the class name, with the index of the file in sorted order.
  private static func rows(_ folder: URL) throws -> [(Int, [Double])] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try files.enumerated().flatMap { index, name in
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).split(separator: "\n").map {
        (index, $0.split(separator: " ").dropFirst().compactMap { Double($0) ?? Double("0" + $0) })
      }
    }
  }

  private static func box(_ numbers: ArraySlice<Double>) -> CornerSizeBox {
    let first = numbers.startIndex
    return CornerSizeBox(
      x: numbers[first], y: numbers[first + 1], width: numbers[first + 2], height: numbers[first + 3])
  }

  private let box = CornerSizeBox(x: 0, y: 0, width: 9, height: 9)

  @Test func secondDetectionOfAnObjectIsWrong() {
    let truth = EvaluationGroundTruth(imageID: 0, classIndex: 0, box: box)
    let detection = EvaluationDetection(imageID: 0, classIndex: 0, box: box, score: 0.5)
    let curve = VOCEvaluator().curves(groundTruth: [truth], detections: [detection, detection], classCount: 1)[0]
    #expect(curve.recall == [1, 1])
    #expect(curve.precision == [1, 0.5])
  }

  @Test func difficultObjectsAreLeftOut() {
    let truth = EvaluationGroundTruth(imageID: 0, classIndex: 0, box: box, isIgnored: true)
    let detection = EvaluationDetection(imageID: 0, classIndex: 0, box: box, score: 0.5)
    let curve = VOCEvaluator().curves(groundTruth: [truth], detections: [detection], classCount: 1)[0]
    #expect(curve.groundTruthCount == 0 && curve.scores.isEmpty)
    let mean = VOCEvaluator().mean(
      groundTruth: [truth], detections: [detection], classCount: 1, estimator: .allPoint)
    #expect(mean == nil)
  }

  /// 10 × 5 pixels of 10 × 10 with the last pixel counted, 9 × 4 of 9 × 9 without.
  @Test(arguments: [(true, 1.0), (false, 0.0)])
  func lastPixelMatters(countsLastPixel: Bool, recall: Double) {
    let truth = EvaluationGroundTruth(imageID: 0, classIndex: 0, box: box)
    let half = EvaluationDetection(
      imageID: 0, classIndex: 0, box: CornerSizeBox(x: 0, y: 0, width: 9, height: 4), score: 0.5)
    let curve = VOCEvaluator(countsLastPixel: countsLastPixel)
      .curves(groundTruth: [truth], detections: [half], classCount: 1)[0]
    #expect(curve.recall == [recall])
  }
}

extension VOCEvaluator {
  /// Over the classes with objects; nil without any.
  func mean(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int,
    estimator: AveragePrecision
  ) -> Double? {
    let values = curves(groundTruth: groundTruth, detections: detections, classCount: classCount)
      .compactMap(estimator.estimate)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
