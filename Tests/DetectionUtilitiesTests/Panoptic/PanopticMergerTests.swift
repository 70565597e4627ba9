import DetectionUtilities
import Testing

@Suite struct PanopticMergerTests {
  /// A row of ten pixels.
  private func row(_ range: Range<Int>) -> RunLengthMask { RunLengthMask(width: 10, height: 1, inside: [range]) }

  private func instance(_ classIndex: Int, _ score: Double, _ range: Range<Int>) -> PanopticMerger.Instance {
    PanopticMerger.Instance(classIndex: classIndex, score: score, mask: row(range))
  }

  private func merged(
    _ instances: [PanopticMerger.Instance], stuff: [(Int, Range<Int>)] = [],
    _ change: (inout PanopticMerger) -> Void = { _ in }
  ) -> PanopticSegmentation {
    var merger = PanopticMerger()
    merger.minimumStuffArea = 2
    change(&merger)
    return merger(
      width: 10, height: 1, instances: instances,
      stuff: stuff.map { PanopticMerger.Region(classIndex: $0.0, mask: row($0.1)) })
  }

  /// The better of two has the pixels of both, and comes first.
  @Test func theBetterInstanceHasThePixels() {
    let result = merged([instance(0, 0.6, 0..<4), instance(1, 0.9, 2..<6)])
    #expect(result.ids == [2, 2, 1, 1, 1, 1, 0, 0, 0, 0])
    #expect(
      result.segments == [
        PanopticSegmentation.Segment(id: 1, classIndex: 1, area: 4),
        PanopticSegmentation.Segment(id: 2, classIndex: 0, area: 2),
      ])
  }

  /// Two of four pixels taken are half, which may be; three are too many, and then none is left to stuff by it.
  @Test func anInstanceThatIsMostlyTakenIsLeftOut() {
    let half = merged([instance(0, 0.9, 0..<4), instance(1, 0.8, 2..<6)])
    #expect(half.segments.count == 2)
    let more = merged([instance(0, 0.9, 0..<4), instance(1, 0.8, 1..<5)], stuff: [(2, 4..<10)])
    #expect(more.ids == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    #expect(more.segments.map(\.classIndex) == [0, 2])
    #expect(
      merged([instance(0, 0.9, 0..<4), instance(1, 0.8, 1..<5)]) { $0.largestOverlap = 0.75 }.segments.count == 2)
  }

  /// One that better ones hide wholly has no segment, whatever overlap may be.
  @Test func aHiddenInstanceIsNoSegment() {
    let result = merged([instance(0, 0.9, 0..<4), instance(1, 0.8, 1..<3)]) { $0.largestOverlap = 1 }
    #expect(result.segments.map(\.id) == [1])
  }

  @Test func whatIsUncertainOrEmptyIsLeftOut() {
    let result = merged([instance(0, 0.49, 0..<4), instance(1, 0.5, 4..<6), instance(2, 1, 0..<0)])
    #expect(result.segments.map(\.classIndex) == [1])
  }

  @Test func ofEqualScoresTheFirstComesFirst() {
    let result = merged([instance(0, 0.7, 0..<4), instance(1, 0.7, 2..<6)])
    #expect(result.ids.prefix(6) == [1, 1, 1, 1, 2, 2])
  }

  /// Of its six pixels an instance has five, which is less than asked for.
  @Test func stuffIsMeasuredByWhatIsLeft() {
    let result = merged([instance(0, 0.9, 0..<5)], stuff: [(1, 0..<6), (2, 6..<10)])
    #expect(result.segments.map(\.classIndex) == [0, 2])
    #expect(result.ids == [1, 1, 1, 1, 1, 0, 2, 2, 2, 2])
  }

  /// Run lengths go down the columns, ids along the rows.
  @Test func idsAreRowMajor() {
    let mask = RunLengthMask(width: 2, height: 3, inside: [1..<4])
    let result = PanopticMerger()(
      width: 2, height: 3, instances: [PanopticMerger.Instance(classIndex: 0, score: 1, mask: mask)], stuff: [])
    #expect(result.ids == [0, 1, 1, 0, 1, 0])
  }
}
