import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import Foundation
import Testing

struct ProtocolExplanationTests {
  private func object(
    _ x: Double, _ classIndex: Int = 0, isCrowd: Bool = false, isDifficult: Bool = false
  ) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: 1, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), isCrowd: isCrowd,
      isIgnored: isDifficult)
  }

  private func found(_ x: Double, _ score: Double, _ classIndex: Int = 0) -> EvaluationDetection {
    EvaluationDetection(
      imageID: 1, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), score: score)
  }

  private func pair(
    _ truth: [EvaluationGroundTruth], _ found: [EvaluationDetection], classes: [String] = ["cup"]
  ) -> EvaluationSet {
    EvaluationSet(
      classes: classes.enumerated().map { ObjectClass(id: $0 + 1, name: $1) },
      images: [EvaluationSet.Image(id: 1, name: "a.jpg")], groundTruth: truth, detections: found)
  }

  /// Right at 0.9, wrong at 0.8, right at 0.7, of two objects.
  private var rightWrongRight: EvaluationSet {
    pair([object(0), object(100)], [found(0, 0.9), found(50, 0.8), found(100, 0.7)])
  }

  private func value(_ explanation: ProtocolExplanation, _ name: String) throws -> Double {
    try #require(explanation.rows.first { $0.name == name }?.figures.averagePrecision50)
  }

  /// Precision 1 to recall 1/2, then 2/3, as in EvaluationResultTests. The trapezoids: 1 at recall 0, …, .49, 2/3 at .50,
  /// …, .99, 0 at 1; the first counts half, hence (49.5 + 50 · 2/3) / 100.
  @Test func everyChoiceHasItsFigure() throws {
    let explanation = ProtocolExplanation(rightWrongRight)
    let baseline = try #require(explanation.baseline.figures.averagePrecision50)
    #expect(abs(baseline - 0.834_983) < 1e-6)
    for (name, expected) in [
      ("11 points", 0.848_485), ("exact area", 0.833_333), ("trapezoids, 101 points", 0.828_333),
      ("VOC 2007", 0.848_485), ("VOC 2010", 0.833_333), ("YOLO trainers", 0.828_333), ("Darknet", 0.833_333),
      ("score from 0.25", 0.834_983), ("score from 0.5", 0.834_983), ("1 an image and class", 0.504_950),
    ] {
      #expect(abs(try value(explanation, name) - expected) < 1e-6, "\(name)")
    }
    let row = try #require(explanation.rows.first { $0.name == "11 points" })
    #expect(abs((row.difference.averagePrecision50 ?? 0) - 1.350_2) < 1e-4)
    #expect(Set(explanation.rows.map(\.name)).count == explanation.rows.count)
    #expect(explanation.rows.allSatisfy { $0.rules != explanation.baseline.rules && !$0.words.isEmpty })
  }

  @Test func whatDoesNotApplyIsLeftOut() {
    let groups = Set(ProtocolExplanation(rightWrongRight).rows.map(\.group))
    #expect(groups.isDisjoint(with: [.baseline, .crowds, .difficult, .classes, .emptyClasses, .ties]))
    let rich = ProtocolExplanation(
      pair(
        [object(0), object(30, isCrowd: true), object(60, isDifficult: true)], [found(100, 0.5), found(0, 0.5)],
        classes: ["cup", "fork"]))
    #expect(Set(rich.rows.map(\.group)).isSuperset(of: [.crowds, .difficult, .classes, .emptyClasses, .ties]))
    #expect(rich.inapplicable.isEmpty)
    #expect(
      ProtocolExplanation(rightWrongRight).inapplicable == [
        "crowds: the ground truth has none", "difficult objects: the ground truth has none",
        "classes: there is one alone", "classes without objects: there are none",
        "equal scores: no order of them moves a figure by 0.01 points",
      ])
  }

  @Test func protocolsAreThoseOfEvaluate() throws {
    let set = pair(
      [object(0), object(12), object(40, isDifficult: true), object(80, 1), object(120, isCrowd: true)],
      [
        found(2, 0.9), found(3, 0.8), found(13, 0.7), found(41, 0.6), found(82, 0.9, 1), found(121, 0.3),
        found(200, 0.5),
      ], classes: ["cup", "fork", "spoon"])
    let explanation = ProtocolExplanation(set)
    let coco = EvaluationResult(set, protocol: EvaluationProtocol(.coco))
    #expect(
      [coco["AP"], coco["AP50"], coco["AP75"]]
        == ProtocolExplanation.Metric.allCases.map { explanation.baseline.figures[$0] })
    #expect(
      try value(explanation, "VOC 2007") == EvaluationResult(set, protocol: EvaluationProtocol(.voc2007))["mAP"])
    #expect(
      try value(explanation, "VOC 2010") == EvaluationResult(set, protocol: EvaluationProtocol(.voc2010))["mAP"])
  }

  /// With one of its two objects found first, 51 of 101 recalls are reached; halved by the class without objects.
  @Test func aTargetIsFoundAmongPairs() throws {
    let set = pair(
      [object(0), object(100)], [found(0, 0.9), found(50, 0.8), found(100, 0.2)], classes: ["cup", "fork"])
    let target = try #require(
      ProtocolExplanation(set, target: (.averagePrecision50, 0.2525)).target)
    let pairs = target.matches.map(\.choices)
    #expect(pairs.contains(["score from 0.25", "empty classes count 0"]))
    #expect(pairs.contains(["1 an image and class", "empty classes count 0"]))
    #expect(!pairs.contains { $0.count == 1 })
    #expect(target.matches.allSatisfy { abs($0.difference) <= 0.1 + 1e-9 })
    // A choice that does nothing here does not stand beside one that explains the figure.
    let alone = try #require(ProtocolExplanation(set, target: (.averagePrecision50, 0.505)).target)
    #expect(alone.matches.first?.choices.count == 1)
    #expect(!alone.matches.contains { $0.choices == ["score from 0.25", "300 an image"] })
    let none = try #require(ProtocolExplanation(set, target: (.averagePrecision, 0.99)).target)
    #expect(none.matches.isEmpty && none.nearest.count == 3)
  }

  /// Three of ten objects, found first, reach the levels 0, 0.1, 0.2 and 0.3, and the first three of numpy's.
  @Test func roundedLevelsAreAChoiceOfTheirOwn() throws {
    let set = pair((0..<10).map { object(20 * Double($0)) }, (0..<3).map { found(20 * Double($0), 0.9) })
    let explanation = ProtocolExplanation(set, target: (.averagePrecision50, 0.2727))
    #expect(abs(try value(explanation, "VOC 2007") - 4 / 11.0) < 1e-12)
    #expect(abs(try value(explanation, "VOC 2007, levels rounded") - 3 / 11.0) < 1e-12)
    #expect(abs(try value(explanation, "11 points, levels rounded") - 3 / 11.0) < 1e-12)
    let matches = explanation.target?.matches.prefix(2).map(\.choices)
    #expect(matches == [["VOC 2007, levels rounded"], ["11 points, levels rounded"]])
  }

  @Test func lowestScoresAreForScoresFrom0To1() {
    let explanation = ProtocolExplanation(pair([object(0)], [found(0, 4.5), found(50, -3)]))
    #expect(explanation.rows.allSatisfy { $0.group != .lowestScore })
    #expect(explanation.inapplicable.first == "lowest score: the scores are not from 0 to 1")
    #expect(explanation.remarks.count == 1)
  }

  @Test func anEmptySetHasNoFigures() throws {
    let explanation = ProtocolExplanation(pair([], []), target: (.averagePrecision, 0.5))
    #expect(explanation.baseline.figures.averagePrecision == nil)
    #expect(explanation.target?.matches.isEmpty == true)
    let decoded = try JSONDecoder().decode(ProtocolExplanation.self, from: JSONEncoder().encode(explanation))
    #expect(decoded == explanation)
  }
}
