import Evaluation
import ImageCodecs
import Testing

@Suite struct SegmenterComparisonTests {
  /// Maps of one row; a digit is a class.
  private func measurement(_ images: [(truth: String, said: String)]) -> SegmentationMeasurement {
    func map(_ digits: String) -> LabelMap {
      LabelMap(
        size: ImageSize(width: digits.count, height: 1), indices: digits.utf8.map { $0 - UInt8(ascii: "0") })
    }
    var sum = SegmentationMeasurement(classNames: ["a", "b"], measures: .pixels)
    for (index, image) in images.enumerated() {
      sum.add(truth: map(image.truth), prediction: map(image.said), image: "\(index)")
    }
    return sum
  }

  /// The first: IoU 2/4 of a and 4/6 of b; the second is right everywhere.
  @Test func theDifferenceIsThatOfTheWholeSets() {
    let first = measurement([("0011", "0111"), ("0011", "0111")])
    let second = measurement([("0011", "0011"), ("0011", "0011")])
    let comparison = SegmenterComparison(first.images, second.images, resamples: 40)
    #expect(abs(comparison.difference.value - (1 - (0.5 + 2.0 / 3) / 2)) < 1e-12)
    // Both images are alike, so that resamples are.
    #expect(comparison.difference.lower == comparison.difference.value && comparison.isClear)
    #expect(comparison.betterFirst == 0 && comparison.betterSecond == 2)
    let same = SegmenterComparison(second.images, second.images, resamples: 10)
    #expect(same.difference.value == 0 && !same.isClear && same.betterFirst + same.betterSecond == 0)
  }

  /// Each is better on one image, so that a resample may have either before the other.
  @Test func whatResamplesTurnRoundIsNotClear() {
    let first = measurement([("0011", "0011"), ("0011", "1111")])
    let second = measurement([("0011", "0000"), ("0011", "0011")])
    let comparison = SegmenterComparison(first.images, second.images)
    #expect(comparison.difference.lower < 0 && comparison.difference.upper > 0 && !comparison.isClear)
    #expect(comparison.betterFirst == 1 && comparison.betterSecond == 1)
  }

  /// What another lacks is not compared; where they lie furthest apart comes first.
  @Test func theReportIsOfTheImagesThatAllHave() {
    let first = measurement([("0011", "0011"), ("0011", "0111"), ("0011", "1100")])
    let second = measurement([("0011", "0011"), ("0011", "0011")])
    func entry(_ name: String, _ sum: SegmentationMeasurement) -> SegmenterComparisonReport.Entry {
      SegmenterComparisonReport.Entry(
        name: name, parameters: 1, millisecondsPerImage: 1, result: sum.result(resamples: 5))
    }
    let report = SegmenterComparisonReport(
      [entry("one", first), entry("two", second)], images: [first.images, second.images], resamples: 20, seed: 1)
    #expect(report.imageCount == 2 && report.pairs.count == 1)
    #expect(report.disagreements.map(\.image) == ["1"])
    #expect(report.pairs[0].sentence.hasPrefix("two against one: +"))
    #expect(report.pairs[0].sentence.contains("better on 1 images against 0"))
  }
}
