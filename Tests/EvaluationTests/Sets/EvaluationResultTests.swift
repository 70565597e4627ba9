import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import Testing

struct EvaluationResultTests {
  private func set(_ truth: [EvaluationGroundTruth], _ found: [EvaluationDetection]) -> EvaluationSet {
    EvaluationSet(
      classes: [ObjectClass(id: 1, name: "cup"), ObjectClass(id: 2, name: "fork")],
      images: [EvaluationSet.Image(id: 1, name: "a.jpg"), EvaluationSet.Image(id: 2, name: "b.jpg")],
      groundTruth: truth, detections: found)
  }

  private func object(_ x: Double, isDifficult: Bool = false) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: 1, classIndex: 0, box: CornerSizeBox(x: x, y: 0, width: 9, height: 9), isIgnored: isDifficult)
  }

  private func found(_ x: Double, _ score: Double) -> EvaluationDetection {
    EvaluationDetection(
      imageID: 1, classIndex: 0, box: CornerSizeBox(x: x, y: 0, width: 9, height: 9), score: score)
  }

  /// Two objects of which the second is found after a wrong box: precision 1 up to recall 1/2, then 2/3. VOC 2007 samples
  /// the first at 0, 0.1, …, 0.5 and the second five times: (6 + 5 · 2/3) / 11 = 0.8485; VOC 2010 takes the area,
  /// (1 + 2/3) / 2 = 0.8333; COCO samples 51 and 50 times: (51 + 50 · 2/3) / 101 = 0.8350.
  @Test(arguments: zip(EvaluationProtocol.Rules.allCases, [0.835_0 as Double, 0.848_5, 0.833_3]))
  func rulesDiffer(rules: EvaluationProtocol.Rules, expected: Double) throws {
    let set = set([object(0), object(100)], [found(0, 0.9), found(50, 0.8), found(100, 0.7)])
    let result = EvaluationResult(set, protocol: EvaluationProtocol(rules))
    let value = try #require(rules == .coco ? result["AP"] : result["mAP"])
    #expect(abs(value - expected) < 1e-4)
    #expect(result.classes.map(\.boxCount) == [2, 0] && result.classes.map(\.detectionCount) == [3, 0])
    #expect(result.classes[1].averagePrecision == nil)
    #expect(result.classesWithoutObjects == ["fork"] && result.imageCount == 2 && result.emptyImageCount == 1)
    #expect(
      result.protocolLine.hasSuffix(
        "; scores from 0.7; 2 images, 1 of them without ground truth, 1 without detections; classes without ground "
          + "truth, left out of the mean: fork"))
  }

  /// COCO does not know difficult objects; VOC neither asks for them nor counts what finds them.
  @Test(arguments: [(EvaluationProtocol.Rules.voc2010, 1, 1.0), (.coco, 2, 0.505)])
  func difficultObjects(rules: EvaluationProtocol.Rules, boxes: Int, expected: Double) throws {
    let set = set([object(0), object(100, isDifficult: true)], [found(0, 0.9)])
    let result = EvaluationResult(set, protocol: EvaluationProtocol(rules))
    #expect(result.classes[0].boxCount == boxes)
    #expect(abs(try #require(result.classes[0].averagePrecision) - expected) < 1e-4)
  }

  @Test func oneThresholdStandsInTheLineAndTheNames() {
    let set = set([object(0)], [found(0, 0.9)])
    let result = EvaluationResult(set, protocol: EvaluationProtocol(.coco, iouThreshold: 0.3, maximumDetections: [5]))
    #expect(
      result.metrics.map(\.name) == ["AP", "APsmall", "APmedium", "APlarge", "AR5", "ARsmall", "ARmedium", "ARlarge"])
    #expect(result.protocolLine.hasPrefix("COCO protocol: 101-point interpolated AP, IoU 0.3, at most 5 detections"))
    // Nine pixels a side are ten by VOC's count: moved by three, the overlap is 7 of 13, without the last pixel 6 of 12.
    let near = EvaluationSet(
      classes: set.classes, images: set.images, groundTruth: set.groundTruth, detections: [found(3, 0.9)])
    let voc = EvaluationResult(near, protocol: EvaluationProtocol(.voc2010, iouThreshold: 0.52))
    #expect(voc["mAP"] == 1)
    #expect(EvaluationResult(near, protocol: EvaluationProtocol(.coco, iouThreshold: 0.52))["AP"] == 0)
  }

  @Test func anEmptySetHasNoFigures() {
    let result = EvaluationResult(set([], []), protocol: EvaluationProtocol(.coco))
    #expect(result["AP"] == nil && result.lowestScore == nil && result.emptyImageCount == 2)
    #expect(result.protocolLine.contains("; no detections; 2 images, 2 of them without ground truth"))
  }
}
