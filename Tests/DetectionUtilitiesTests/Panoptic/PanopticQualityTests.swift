import DetectionUtilities
import Testing

@Suite struct PanopticQualityTests {
  private typealias Segment = PanopticSegmentation.Segment

  /// Ten pixels in a row: a person on 4, a car on 3, sky on 2, and one without label.
  private static let truth = PanopticSegmentation(
    ids: [1, 1, 1, 1, 2, 2, 2, 3, 3, 0],
    segments: [Segment(id: 1, classIndex: 0), Segment(id: 2, classIndex: 1), Segment(id: 3, classIndex: 2)])

  private func tally(_ prediction: PanopticSegmentation, of truth: PanopticSegmentation = truth) throws -> PanopticTally
  {
    var tally = PanopticTally(classCount: 3)
    try tally.add(truth: truth, prediction: prediction)
    return tally
  }

  @Test func itselfIsPerfect() throws {
    let quality = try tally(Self.truth).quality(of: 0..<3)
    #expect(quality == PanopticQuality(panoptic: 1, segmentation: 1, recognition: 1, classCount: 3))
  }

  /// The person loses a pixel to the car: 3/4 and 3/4. The sky has the unlabelled pixel too, which does not count: 2/2.
  @Test func iousOfMatchedSegmentsAreAddedUp() throws {
    let found = PanopticSegmentation(
      ids: [7, 7, 7, 8, 8, 8, 8, 9, 9, 9],
      segments: [Segment(id: 7, classIndex: 0), Segment(id: 8, classIndex: 1), Segment(id: 9, classIndex: 2)])
    let tally = try tally(found)
    #expect(tally.classes.map(\.iouSum) == [0.75, 0.75, 1])
    #expect(tally.quality(of: 0..<2).panoptic == 0.75)
  }

  /// Half of a segment is not enough, and then it is both missed and wrong.
  @Test func anIoUOfOneHalfIsNoMatch() throws {
    let found = PanopticSegmentation(
      ids: [1, 1, 4, 4, 2, 2, 2, 3, 3, 0],
      segments: [
        Segment(id: 1, classIndex: 0), Segment(id: 4, classIndex: 2), Segment(id: 2, classIndex: 1),
        Segment(id: 3, classIndex: 2),
      ])
    let classes = try tally(found).classes
    #expect(classes[0] == counts(falsePositives: 1, falseNegatives: 1))
    #expect(classes[2].falsePositives == 1 && classes[2].truePositives == 1)
    // TP / (TP + FP/2 + FN/2).
    #expect(classes[2].quality?.recognition == 1 / 1.5)
    #expect(classes[0].quality?.segmentation == 0)
  }

  /// Two of three pixels lie on a crowd of the class: neither right nor wrong. Of another class it is wrong.
  @Test(arguments: [(1, 0), (2, 1)]) func whatLiesInACrowdIsExcused(classIndex: Int, falsePositives: Int) throws {
    let truth = PanopticSegmentation(
      ids: [1, 1, 2, 2, 2, 2],
      segments: [
        Segment(id: 1, classIndex: 0), Segment(id: 2, classIndex: 1, isCrowd: true),
      ])
    let found = PanopticSegmentation(
      ids: [1, 5, 5, 5, 0, 0], segments: [Segment(id: 1, classIndex: 0), Segment(id: 5, classIndex: classIndex)])
    let classes = try tally(found, of: truth).classes
    #expect(classes[classIndex].falsePositives == falsePositives)
    #expect(classes[1].falseNegatives == 0)
  }

  @Test func classesOfWhichThereIsNothingAreLeftOut() throws {
    let nothing = PanopticSegmentation(ids: [UInt32](repeating: 0, count: 10), segments: [])
    #expect(try tally(nothing, of: nothing).quality(of: 0..<3).classCount == 0)
    let missed = try tally(nothing)
    #expect(missed.classes.allSatisfy { $0 == counts(falseNegatives: 1) })
    #expect(missed.quality(of: 0..<3) == PanopticQuality(panoptic: 0, segmentation: 0, recognition: 0, classCount: 3))
  }

  @Test func whatDoesNotAgreeIsNamed() {
    func mismatch(_ ids: [UInt32], _ segments: [Int]) -> PanopticMismatch? {
      let found = PanopticSegmentation(ids: ids, segments: segments.map { Segment(id: $0, classIndex: 0) })
      let truth = PanopticSegmentation(ids: ids.map { _ in 0 }, segments: [])
      return #expect(throws: PanopticMismatch.self) { try tally(found, of: truth) }
    }
    #expect(mismatch([1, 4], [1]) == .prediction(.unlisted(id: 4)))
    #expect(mismatch([1, 1], [1, 2]) == .prediction(.empty(id: 2)))
    #expect(mismatch([1, 1], [1, 1]) == .prediction(.repeated(id: 1)))
  }

  @Test func partsAddUp() throws {
    var (whole, part) = (PanopticTally(classCount: 3), PanopticTally(classCount: 3))
    for _ in 0..<2 { try whole.add(truth: Self.truth, prediction: Self.truth) }
    try part.add(truth: Self.truth, prediction: Self.truth)
    part.add(part)
    #expect(part == whole)
  }

  private func counts(falsePositives: Int = 0, falseNegatives: Int = 0) -> PanopticTally.Counts {
    var counts = PanopticTally.Counts()
    (counts.falsePositives, counts.falseNegatives) = (falsePositives, falseNegatives)
    return counts
  }
}
