import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import Testing

struct EvaluationRemarksTests {
  private func object(
    _ x: Double, image: Int = 1, width: Double = 10, isCrowd: Bool = false, isDifficult: Bool = false
  ) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: image, classIndex: 0, box: CornerSizeBox(x: x, y: 0, width: width, height: 10), isCrowd: isCrowd,
      isIgnored: isDifficult)
  }

  private func found(_ x: Double, _ score: Double, image: Int = 1) -> EvaluationDetection {
    EvaluationDetection(
      imageID: image, classIndex: 0, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), score: score)
  }

  private func set(
    _ truth: [EvaluationGroundTruth], _ found: [EvaluationDetection], unknown: [UnknownClassDetections] = []
  ) -> EvaluationSet {
    EvaluationSet(
      classes: [ObjectClass(id: 1, name: "cup")],
      images: [EvaluationSet.Image(id: 1, name: "a.jpg"), EvaluationSet.Image(id: 2, name: "b.jpg")],
      groundTruth: truth, detections: found, unknownClasses: unknown)
  }

  private func sentences(
    _ set: EvaluationSet, _ rules: EvaluationProtocol = EvaluationProtocol(.coco)
  ) -> [String] { EvaluationRemarks(set, protocol: rules).sentences() }

  /// All 150 objects are found, and 100 count: 67 of 101 recalls are reached, 0, 0.01, …, 0.66.
  @Test func whatIsBeyondTheMaximumIsSaid() throws {
    let set = set((0..<150).map { object(20 * Double($0)) }, (0..<150).map { found(20 * Double($0), 0.5) })
    let result = EvaluationResult(set, protocol: EvaluationProtocol(.coco))
    #expect(abs(try #require(result["AP"]) - 67 / 101.0) < 1e-12)
    let cut =
      "50 of 150 detections beyond the 100 best an image and class were not counted; --max-detections raises the limit; "
      + "1 image holds more than 100 objects of a class, so that recall cannot reach 1 there"
    #expect(result.protocolLine.hasSuffix("1 of them without ground truth, 1 without detections; " + cut))
    #expect(result.remarks.beyondMaximum == 50)
    // All count here.
    for rules in [EvaluationProtocol(.coco, maximumDetections: [150]), EvaluationProtocol(.voc2007)] {
      let result = EvaluationResult(set, protocol: rules)
      #expect(abs(try #require(result.metrics[0].value) - 1) < 1e-12)
      #expect(result.remarks.sentences().isEmpty)
    }
    #expect(
      ProtocolExplanation(set).remarks.first
        == "50 of 150 detections beyond the 100 best an image and class were not counted")
  }

  @Test func unknownClassesAreCountedAndNamed() {
    let unknown = [
      UnknownClassDetections(imageID: 2, className: "Cup", count: 3),
      UnknownClassDetections(imageID: 1, className: "fork", count: 1),
      UnknownClassDetections(imageID: 1, className: "Cup", count: 1),
    ]
    #expect(
      sentences(set([object(0)], [found(0, 0.5)], unknown: unknown)) == [
        "5 detections of 2 classes that the ground truth does not have were not counted: 'Cup' (4, perhaps 'cup'), "
          + "'fork' (1)"
      ])
  }

  @Test func scoresAndRepetitionsAreCounted() {
    #expect(
      sentences(set([object(0)], [found(0, -2.5), found(50, 0.5), found(80, 7), found(80, 7)])) == [
        "3 scores are outside of 0 to 1 (all are from -2.5 to 7.0) and counted by their order",
        "1 detection repeats another one in image, class, box and score, as where results are put together twice",
      ])
    #expect(sentences(set([object(0)], [found(0, 0), found(50, 1)])).isEmpty)
  }

  @Test func whatCannotBeFoundIsSaid() {
    #expect(
      sentences(set([], [found(0, 0.5)])) == ["there is no object to be found, so that no AP exists (−1 in files)"])
    let flat = set([object(0, width: 0), object(50)], [])
    #expect(sentences(flat) == ["1 object has a box without area, which nothing can find"])
    // With its last pixel a box has an area.
    #expect(sentences(flat, EvaluationProtocol(.voc2010)).isEmpty)
    #expect(
      sentences(set([object(0), object(0, image: 2, isCrowd: true)], [])) == [
        "1 image holds nothing but objects that are ignored"
      ])
  }

  /// The one found is one of one, or one of two: 1 or, exactly, 6 of 11 levels.
  @Test(arguments: [(false, 1.0), (true, 6 / 11.0)])
  func difficultObjectsAreIgnoredOrCounted(isCounted: Bool, expected: Double) throws {
    let set = set([object(0), object(50, isDifficult: true)], [found(0, 0.5)])
    let rules = EvaluationProtocol(.voc2007, countsDifficult: isCounted)
    let result = EvaluationResult(set, protocol: rules)
    #expect(abs(try #require(result["mAP"]) - expected) < 1e-12)
    #expect(result.classes[0].boxCount == (isCounted ? 2 : 1))
    #expect(
      sentences(set, rules)
        == (isCounted ? [] : ["1 object flagged as difficult was ignored; --difficult counted counts them"]))
    #expect(sentences(set).isEmpty)
  }
}
