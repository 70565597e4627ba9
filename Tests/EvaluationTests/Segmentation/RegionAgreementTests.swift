import Evaluation
import ImageCodecs
import Testing

struct RegionAgreementTests {
  /// Rows of digits, of which 1 is the border and 9 stands for ignored pixels.
  private func map(_ rows: String...) -> LabelMap {
    let indices = rows.joined().utf8.map { $0 == UInt8(ascii: "9") ? LabelMap.ignored : $0 - UInt8(ascii: "0") }
    return LabelMap(size: ImageSize(width: rows[0].utf8.count, height: rows.count), indices: indices)
  }

  private func agreement(_ truth: LabelMap, _ prediction: LabelMap) throws -> RegionAgreement {
    try #require(RegionAgreement(truth: truth, prediction: prediction, border: 1))
  }

  /// Two regions of two pixels are said to be one: of its 4 · 3 pairs of pixels 4 are in one region, and which of the two a pixel
  /// belongs to is a bit that nothing tells.
  @Test func mergedRegions() throws {
    let found = try agreement(map("00100"), map("00000"))
    #expect(found.randSplitScore == 1 && found.randMergeScore == 4.0 / 12)
    #expect(found.randFScore == 4 / ((4.0 + 12) / 2) && found.adaptedRandError == 0.5)
    #expect(found.falseSplits == 0 && found.falseMerges == 1 && found.variationOfInformation == 1)
    #expect(found.informationFScore == 0)
  }

  /// One region of five pixels is said to be two of two pixels, with a border of one between them.
  @Test func splitRegion() throws {
    let found = try agreement(map("00000"), map("00100"))
    #expect(found.randSplitScore == 4.0 / 20 && found.randMergeScore == 1)
    #expect(abs(found.randFScore - 1.0 / 3) < 1e-15)
    // −2 · 0.4 log₂ 0.4 − 0.2 log₂ 0.2
    #expect(abs(found.falseSplits - 1.521928094887362) < 1e-12 && found.falseMerges == 0)
  }

  /// Border pixels of the truth, and ignored ones, count for nothing, whatever is said of them.
  @Test func bordersOfTheTruthCountForNothing() throws {
    let truth = map("001009", "001009")
    for prediction in [map("001001", "001000"), map("002001", "002001"), map("002009", "001009")] {
      let found = try agreement(truth, prediction)
      #expect(found.randFScore == 1 && found.variationOfInformation == 0 && found.informationFScore == 1)
    }
  }

  /// Corners do not connect: what touches by them alone is two regions, and pairs of pixels there are none.
  @Test func cornersDoNotConnect() throws {
    let diagonal = map("01", "10")
    #expect(try agreement(diagonal, diagonal).randFScore == 1)
    let found = try agreement(diagonal, map("00", "00"))
    #expect(found.randFScore == 0 && found.randMergeScore == 0 && found.randSplitScore == 1 && found.falseMerges == 1)
  }

  /// What is met as several regions from above is one by its lower rows.
  @Test func regionsThatMeetFurtherDownAreOne() throws {
    let comb = map("01010", "01010", "00000")
    let found = try agreement(map("00000", "00000", "00000"), comb)
    // 11 pixels in one region, 4 of the border.
    #expect(found.randSplitScore == Double(11 * 10 + 4 * 3) / Double(15 * 14))
    let spiral = map("00000", "01110", "01010", "01000", "01111")
    #expect(try agreement(spiral, map("00000", "00000", "00000", "00000", "00000")).randFScore == 1)
  }

  /// Pixels of two classes are two regions where they touch.
  @Test func classesAreRegionsOfTheirOwn() throws {
    let found = try agreement(map("0022"), map("0000"))
    #expect(found.falseMerges == 1 && found.randMergeScore == 4.0 / 12)
  }

  @Test func withoutARegionThereIsNothing() {
    #expect(RegionAgreement(truth: map("191"), prediction: map("000"), border: 1) == nil)
    #expect(RegionAgreement(meanOf: []) == nil)
  }

  @Test func meansCountImagesAlike() throws {
    let both = [try agreement(map("00100"), map("00000")), try agreement(map("00100"), map("00100"))]
    let mean = try #require(RegionAgreement(meanOf: both))
    #expect(mean.randFScore == 0.75 && mean.falseMerges == 0.5 && mean.adaptedRandError == 0.25)
  }

  @Test(arguments: [
    (["cell", "membrane"], 1), (["Cell border", "cell"], 0), (["cell", "class 1"], nil), (["border", "membrane"], nil),
    (["background", "cell", "border"], nil),
  ])
  func bordersAreKnownByTheirName(names: [String], index: Int?) {
    #expect(SegmentationMeasures.border(in: names) == index)
  }
}
