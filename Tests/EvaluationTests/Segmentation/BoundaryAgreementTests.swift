import Evaluation
import ImageCodecs
import Testing

struct BoundaryAgreementTests {
  /// 8×6 pixels, whose diagonal is 10: class 0 up to a column that may differ from row to row, then class 1.
  private func halves(_ columns: [Int]) -> LabelMap {
    LabelMap(
      size: ImageSize(width: 8, height: 6), indices: columns.flatMap { column in (0..<8).map { $0 < column ? 0 : 1 } })
  }

  private func scores(_ truth: LabelMap, _ prediction: LabelMap, tolerance: Double, classes: Int = 2) -> [Double?] {
    BoundaryAgreement(truth: truth, prediction: prediction, classCount: classes, tolerance: tolerance).fScores
  }

  private let truth = [Int](repeating: 4, count: 6)

  @Test func sameMapsAgree() {
    #expect(scores(halves(truth), halves(truth), tolerance: 0, classes: 3) == [1, 1, nil])
  }

  /// One pixel to the right is a tenth of the diagonal.
  @Test func theToleranceIsADistance() {
    let moved = halves([Int](repeating: 5, count: 6))
    #expect(scores(halves(truth), moved, tolerance: 0.099) == [0, 0])
    #expect(scores(halves(truth), moved, tolerance: 0.1) == [1, 1])
    let further = halves([Int](repeating: 6, count: 6))
    #expect(scores(halves(truth), further, tolerance: 0.199) == [0, 0])
    #expect(scores(halves(truth), further, tolerance: 0.2) == [1, 1])
  }

  /// Half of the rows are two pixels off, with a step that adds a boundary pixel: of either class 3 of 6 are found, 3 of 7 right.
  @Test func halfABoundary() {
    let step = halves([4, 4, 4, 6, 6, 6])
    let expected = 2 * (3.0 / 7) * (3.0 / 6) / (3.0 / 7 + 3.0 / 6)
    let found = BoundaryAgreement(truth: halves(truth), prediction: step, classCount: 2, tolerance: 0)
    #expect(found.counts[0].shown == 6 && found.counts[0].found == 3 && found.counts[0].said == 7)
    #expect(found.fScores == [expected, expected])
  }

  /// A boundary against ignored pixels is in both maps; what is said of those does not matter.
  @Test func ignoredPixelsAreCutOut() {
    func row(_ indices: [UInt8]) -> LabelMap { LabelMap(size: ImageSize(width: 5, height: 1), indices: indices) }
    #expect(scores(row([0, 0, 255, 1, 1]), row([0, 0, 0, 1, 1]), tolerance: 0) == [1, 1])
    // Class 0: its boundary pixel is found, one of two is right.
    let found = scores(row([0, 0, 255, 1, 1]), row([0, 0, 0, 0, 1]), tolerance: 0)
    #expect(found == [2 * 0.5 / 1.5, 0])
  }

  /// One class everywhere has no boundary; where one side has one, nothing of it is right.
  @Test func missingBoundaries() {
    let plain = LabelMap(size: ImageSize(width: 8, height: 6), repeating: 0)
    #expect(scores(plain, plain, tolerance: 0.5) == [nil, nil])
    #expect(scores(plain, halves(truth), tolerance: 0.5) == [0, 0])
    #expect(scores(halves(truth), plain, tolerance: 0.5) == [0, 0])
  }
}
