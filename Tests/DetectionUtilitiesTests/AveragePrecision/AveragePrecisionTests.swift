import DetectionUtilities
import Testing

@Suite struct AveragePrecisionTests {
  /// Right, wrong, right, wrong, wrong of 4 objects: recall ¼ ¼ ½ ½ ½, precision 1, ½, ⅔, ½, ⅖.
  private let curve = PrecisionRecallCurve(
    scores: [0.5, 0.9, 0.8, 0.7, 0.1], isTruePositive: [false, true, false, true, false], groundTruthCount: 4)

  @Test func curveByDescendingScore() {
    #expect(curve.scores == [0.9, 0.8, 0.7, 0.5, 0.1])
    #expect(curve.recall == [0.25, 0.25, 0.5, 0.5, 0.5])
    #expect(curve.precision == [1, 0.5, 2 / 3.0, 0.5, 0.4])
    #expect(curve.precisionEnvelope == [1, 2 / 3.0, 2 / 3.0, 0.5, 0.4])
  }

  /// All points: (¼ + ¼ · ⅔); 11 points: 0, .1, .2 at 1 and .3, .4, .5 at ⅔; 101 points: 26 at 1 and 25 at ⅔.
  ///
  /// Trapezoids: 1 at 0, .01, …, .24, ⅔ at .25, …, .49, and from ⅖ at .5 down to 0 at 1, where the heights add up to
  /// .8 · (.5 + .49 + … + .01) = 10.2; the first height counts half: (24.5 + 25 · ⅔ + 10.2) / 100.
  @Test(arguments: [
    (AveragePrecision.allPoint, 0.4166666666666667), (.voc11Point, 0.45454545454545453), (.coco101, 0.4224422442244224),
    (.trapezoid101, 0.5136666666666667),
  ])
  func estimators(estimator: AveragePrecision, expected: Double) throws {
    #expect(try abs(#require(estimator.estimate(curve)) - expected) < 1e-12)
  }

  /// As many right detections at the head of the list reach the levels up to their share of ten objects. 3, 6 and 7 tenths
  /// lie below the third, sixth and seventh multiple of 0.1 in binary floating point.
  @Test(arguments: [(3, 4, 3), (6, 7, 6), (7, 8, 7), (5, 6, 6), (10, 11, 11)])
  func levelsOfVOC2007AreExactTenths(found: Int, exact: Int, rounded: Int) {
    let curve = PrecisionRecallCurve(
      scores: (0..<found).map { -Double($0) }, isTruePositive: Array(repeating: true, count: found),
      groundTruthCount: 10)
    #expect(isClose(AveragePrecision.voc11Point.estimate(curve), Double(exact) / 11))
    #expect(isClose(AveragePrecision.voc11PointRounded.estimate(curve), Double(rounded) / 11))
  }

  /// A level k is reached where 10 · found ≥ k · objects, in whole numbers.
  @Test func levelsAreComparedAsFractions() {
    for objects in 1...130 {
      for found in 1...objects {
        let curve = PrecisionRecallCurve(
          scores: Array(repeating: 1, count: found), isTruePositive: Array(repeating: true, count: found),
          groundTruthCount: objects)
        let levels = (0...10).count { 10 * found >= $0 * objects }
        #expect(isClose(AveragePrecision.voc11Point.estimate(curve), Double(levels) / 11), "\(found) of \(objects)")
      }
    }
  }

  @Test(arguments: AveragePrecision.allCases)
  func edgeCases(estimator: AveragePrecision) {
    #expect(estimator.estimate(PrecisionRecallCurve(scores: [], isTruePositive: [], groundTruthCount: 0)) == nil)
    #expect(estimator.estimate(PrecisionRecallCurve(scores: [1], isTruePositive: [false], groundTruthCount: 0)) == nil)
    #expect(estimator.estimate(PrecisionRecallCurve(scores: [], isTruePositive: [], groundTruthCount: 2)) == 0)
    let perfect = estimator.estimate(PrecisionRecallCurve(scores: [1], isTruePositive: [true], groundTruthCount: 1))
    #expect(isClose(perfect, estimator == .trapezoid101 ? 0.995 : 1))
    let wrong = estimator.estimate(PrecisionRecallCurve(scores: [1], isTruePositive: [false], groundTruthCount: 2))
    #expect(wrong == 0)
  }

  @Test func tiesKeepTheOrderGiven() {
    let tied = PrecisionRecallCurve(scores: [0.5, 0.5], isTruePositive: [false, true], groundTruthCount: 1)
    #expect(tied.precision == [0, 0.5])
  }
}
