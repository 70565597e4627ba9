import Evaluation
import Foundation
import Models
import Testing

struct ClassificationResultTests {
  private func prediction(_ image: String, _ truth: Int, _ logits: [Float]) -> ClassifiedPrediction {
    ClassifiedPrediction(image: image, truth: truth, scores: ClassScores(logits: logits))
  }

  /// Three of four right; probabilities of 3/4 and 1/4 throughout.
  private var result: ClassificationResult {
    let (high, low) = (Float(log(3.0)), Float(0))
    return ClassificationResult(
      [
        prediction("a", 0, [high, low]), prediction("b", 0, [high, low]), prediction("c", 1, [low, high]),
        prediction("d", 1, [high, low]),
      ], classNames: ["owl", "cat"])
  }

  @Test func figuresByHand() {
    let result = result
    #expect(result.topOne.right == 3 && result.topOne.value == 0.75 && result.topFive.value == 1)
    #expect(result.confusion == [[2, 0], [1, 1]])
    #expect(result.classes[0].recall.value == 1 && abs(result.classes[0].precision.value - 2.0 / 3) < 1e-12)
    #expect(abs(result.classes[1].f1 - 2.0 / 3) < 1e-12)
    #expect(abs(result.crossEntropy - (3 * log(4.0 / 3) + log(4.0)) / 4) < 1e-6)
    #expect(result.mistakes.map(\.image) == ["d"])
    // Confidence and accuracy are both 3/4.
    #expect(result.expectedCalibrationError < 1e-6)
  }

  /// 95 % of 8 of 10, from Wilson's formula: 0.490 to 0.943; of 0 of 10: 0 to 0.278.
  @Test func wilsonIntervals() {
    let rate = ClassificationResult.Rate(right: 8, of: 10)
    #expect(abs(rate.low - 0.4902) < 1e-4 && abs(rate.high - 0.9433) < 1e-4)
    let none = ClassificationResult.Rate(right: 0, of: 10)
    #expect(none.low == 0 && abs(none.high - 0.2775) < 1e-4)
    let empty = ClassificationResult.Rate(right: 0, of: 0)
    #expect(empty.value == 0 && empty.low == 0 && empty.high == 1)
  }

  @Test func overconfidenceIsMeasured() {
    let sure: [Float] = [20, 0]
    let result = ClassificationResult(
      [prediction("a", 0, sure), prediction("b", 1, sure)], classNames: ["owl", "cat"])
    #expect(abs(result.expectedCalibrationError - 0.5) < 1e-6)
    #expect(result.calibration.last?.count == 2 && result.calibration.count == 15)
  }

  @Test func intervalsHoldTheFigures() {
    let right: [Float] = [2, 0]
    let predictions = (0..<50).map { prediction("\($0)", $0 % 5 == 0 ? 1 : 0, right) }
    let intervals = ClassificationIntervals(predictions, classCount: 2, resamples: 500)
    let result = ClassificationResult(predictions, classNames: ["owl", "cat"])
    #expect(intervals.topOne.value == 0.8 && result.topOne.value == 0.8)
    // A standard deviation of √(0.8 · 0.2 / 50) = 0.057: 95 % reach 0.11 to both sides.
    #expect(abs(intervals.topOne.lower - 0.69) < 0.03 && abs(intervals.topOne.upper - 0.91) < 0.03)
    #expect(intervals.topFive.value == 1 && intervals.topFive.lower == 1)
    // All owls right and no cat.
    #expect(intervals.meanRecall.value == 0.5)
    #expect(abs(intervals.expectedCalibrationError.value - result.expectedCalibrationError) < 1e-9)
    #expect(abs(intervals.crossEntropy.value - result.crossEntropy) < 1e-9)
    #expect(ClassificationIntervals(predictions, classCount: 2, resamples: 500) == intervals)
  }

  @Test func confusionsAreCounted() {
    let result = ClassificationResult(
      [prediction("a", 0, [0, 1, 0]), prediction("b", 0, [0, 1, 0]), prediction("c", 2, [1, 0, 0])],
      classNames: ["owl", "cat", "bat"])
    #expect(result.confusions.map { [$0.truth, $0.said, $0.count] } == [[0, 1, 2], [2, 0, 1]])
    // A matrix of 60,000 classes would take 29 GB.
    let many = ClassificationResult(
      [prediction("a", 0, [0, 1])], classNames: (0..<60_000).map { "\($0)" })
    #expect(many.confusion.isEmpty && many.confusions.map(\.said) == [1] && many.classes.count == 60_000)
  }

  @Test func classifiersDisagreeOnImages() {
    let sure: [Float] = [9, 0]
    let first = [
      prediction("a", 0, sure), prediction("b", 1, sure), prediction("c", 1, [1, 0]), prediction("x", 0, sure),
    ]
    let second = [prediction("a", 0, sure), prediction("b", 1, [0, 1]), prediction("c", 1, [0, 1])]
    func entry(_ name: String, _ predictions: [ClassifiedPrediction]) -> ClassifierComparisonReport.Entry {
      ClassifierComparisonReport.Entry(
        name: name, parameters: 1, millisecondsPerImage: 1,
        result: ClassificationResult(predictions, classNames: ["owl", "cat"]))
    }
    // The second could not read x: nothing is compared of it.
    let report = ClassifierComparisonReport(
      [entry("one", first), entry("two", second)], predictions: [first, second], resamples: 50, seed: 1)
    #expect(report.imageCount == 3 && report.pairs.count == 1 && report.pairs[0].comparison.onlySecond == 2)
    #expect(report.disagreements.map(\.image) == ["b", "c"] && report.disagreements[0].predicted == [0, 1])
    #expect(report.pairs[0].sentence.hasPrefix("two against one: +66.67 points of top-1 (95 %: "))
    let nothing = ClassifierComparisonReport(
      [entry("one", first), entry("two", [])], predictions: [first, []], resamples: 50, seed: 1)
    #expect(nothing.imageCount == 0 && nothing.pairs.isEmpty)
  }

  @Test func nothingIsMeasuredOfNoImage() {
    let result = ClassificationResult([], classNames: ["owl", "cat"])
    #expect(result.topOne.count == 0 && result.expectedCalibrationError == 0 && result.crossEntropy == 0)
  }

  /// Of ten images the second gets five that the first has wrong, the first none: 2 · 2⁻⁵ = 1/16.
  @Test func aComparisonCountsWhatOnlyOneGetsRight() {
    let (right, wrong): ([Float], [Float]) = ([1, 0], [0, 1])
    let first = (0..<10).map { prediction("\($0)", 0, $0 < 5 ? wrong : right) }
    let second = (0..<10).map { prediction("\($0)", 0, right) }
    let comparison = ClassifierComparison(first, second)
    #expect(comparison.difference.value == 0.5 && comparison.onlyFirst == 0 && comparison.onlySecond == 5)
    #expect(abs(comparison.probability - 0.0625) < 1e-12)
    let interval = comparison.difference
    #expect(interval.lower > 0.1 && interval.lower < 0.5 && interval.upper > 0.5 && interval.upper <= 0.9)
    #expect(!comparison.isClear)
    let same = ClassifierComparison(first, first)
    #expect(same.probability == 1)
    #expect([same.difference.value, same.difference.lower, same.difference.upper] == [0, 0, 0])
  }
}
