import DetectionUtilities
import Evaluation
import EvaluationTesting
import Testing

struct DetectionAgreementTests {
  private let tolerances = DetectionAgreement.Tolerances(confidence: 0.25, box: 0.5, score: 0.125)

  private func compare(_ left: [Detection], _ right: [Detection]) -> DetectionAgreement {
    DetectionAgreement(left, right, tolerances: tolerances)
  }

  @Test func nothingAgreesWithNothing() {
    let comparison = compare([], [])
    #expect(comparison.agreeing.isEmpty && comparison.differences.isEmpty)
    #expect(comparison.leftCount == 0 && comparison.rightCount == 0)
  }

  @Test func boxesWithinTheTolerancesAgree() throws {
    // The largest distance is that of the lower sides: 0.5.
    let comparison = compare([found(10, 10, 20, 20, 0, 0.75)], [found(10.25, 10, 20, 19.5, 0, 0.625)])
    #expect(comparison.differences.isEmpty)
    let pair = try #require(comparison.agreeing.first)
    #expect(pair.boxDifference == 0.5 && pair.scoreDifference == 0.125)
    #expect(comparison.leftCount == 1 && comparison.rightCount == 1)
  }

  @Test(arguments: [found(10, 10, 20, 19.25, 0, 0.75), found(10, 10, 20, 20, 0, 0.5)])
  func beyondThemTheyDiffer(right: Detection) {
    let left = found(10, 10, 20, 20, 0, 0.75)
    let comparison = compare([left], [right])
    #expect(comparison.differences == [.both(DetectionAgreement.Pair(left: left, right: right))])
    #expect(comparison.agreeing.isEmpty && comparison.leftCount == 1 && comparison.rightCount == 1)
  }

  @Test func anotherClassIsAnotherObject() {
    let (left, right) = (found(10, 10, 20, 20, 0, 0.75), found(10, 10, 20, 20, 1, 0.875))
    #expect(compare([left], [right]).differences == [.onlyRight(right), .onlyLeft(left)])
  }

  /// 10 × 10 pixels moved by 2.5: IoU 75 / 125. Moved by 5: 50 / 150, no longer one object.
  @Test func anObjectIsKnownByItsOverlap() {
    let left = found(10, 10, 20, 20, 0, 0.75)
    let (near, far) = (found(12.5, 10, 22.5, 20, 0, 0.75), found(15, 10, 25, 20, 0, 0.75))
    #expect(compare([left], [near]).differences == [.both(DetectionAgreement.Pair(left: left, right: near))])
    #expect(compare([left], [far]).differences == [.onlyLeft(left), .onlyRight(far)])
    #expect(compare([left], [far, near]).differences.first == .both(DetectionAgreement.Pair(left: left, right: near)))
  }

  @Test func eachBoxAgreesOnce() {
    let box = found(10, 10, 20, 20, 0, 0.75)
    let comparison = compare([box, box], [box])
    #expect(comparison.agreeing.count == 1 && comparison.differences == [.onlyLeft(box)])
    #expect(comparison.leftCount == 2 && comparison.rightCount == 1)
  }

  /// Of two that would do.
  @Test func theNearestBoxIsTaken() {
    let left = [found(10, 10, 20, 20, 0, 0.75), found(10.5, 10, 20.5, 20, 0, 0.75)]
    let right = [found(10.5, 10, 20.5, 20, 0, 0.75), found(10, 10, 20, 20, 0, 0.75)]
    let comparison = compare(left, right)
    #expect(comparison.differences.isEmpty)
    #expect(comparison.agreeing.allSatisfy { $0.boxDifference == 0 })
  }

  @Test func boxesWithoutAreaAgreeToo() {
    let point = found(3, 3, 3, 3, 0, 0.75)
    #expect(compare([point], [point]).agreeing.count == 1)
    #expect(compare([point], [found(4, 3, 4, 3, 0, 0.75)]).differences.count == 2)
  }

  @Test func differencesComeInDescendingScore() {
    let (a, b, c) = (found(0, 0, 9, 9, 0, 0.5), found(50, 0, 59, 9, 0, 0.9), found(50, 50, 59, 59, 1, 0.7))
    let moved = found(1, 0, 10, 9, 0, 0.6)
    let comparison = compare([a, b], [c, moved])
    #expect(
      comparison.differences == [
        .onlyLeft(b), .onlyRight(c), .both(DetectionAgreement.Pair(left: a, right: moved)),
      ])
    #expect(comparison.differences.map(\.score) == [0.9, 0.7, 0.6])
  }

  @Test func lowScoresAreIgnored() {
    let comparison = compare([found(0, 0, 9, 9, 0, 0.24)], [found(50, 0, 59, 9, 0, 0.1)])
    #expect(comparison.differences.isEmpty && comparison.leftCount == 0 && comparison.rightCount == 0)
  }

  /// 0.3 may be another program's 0.24, which it has dropped; 0.4 cannot.
  @Test func whatRoundingMayHaveDroppedIsNoDifference() {
    let (marginal, clear) = (found(0, 0, 9, 9, 0, 0.3), found(50, 0, 59, 9, 0, 0.4))
    #expect(compare([marginal], []).differences.isEmpty && compare([], [marginal]).differences.isEmpty)
    #expect(compare([marginal], []).leftCount == 0)
    #expect(compare([marginal, clear], []).differences == [.onlyLeft(clear)])
    #expect(compare([], [clear]).differences == [.onlyRight(clear)])
    // One that both have counts.
    #expect(compare([marginal], [marginal]).leftCount == 1)
    #expect(compare([marginal], [found(2, 0, 11, 9, 0, 0.3)]).differences.count == 1)
  }
}
