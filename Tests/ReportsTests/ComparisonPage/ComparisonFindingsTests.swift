import Evaluation
import EvaluationTesting
import Reports
import Testing

@Suite struct ComparisonFindingsTests {
  private func sentences(_ report: ComparisonReport) -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: ComparisonFindings(report).findings.map { ($0.heading, $0.sentences) })
  }

  @Test func saysWhoIsAccurateAndFastAndWhatThatCosts() throws {
    let found = sentences(try HandmadeComparison.full())
    #expect(
      found["Accuracy"] == [
        "slow is the most accurate, with an AP of 60.0 % (50 % interval 58.0 to 62.0). Next comes file with 55.0 %."
      ])
    #expect(found["Speed"]?.first?.hasPrefix("fast <1> is the fastest, with a median of 10.0 ms an image") == true)
    #expect(
      found["The price"] == [
        "slow takes 4.0 times as long as fast <1> (40.0 against 10.0 ms) and has 10.0 points of AP more."
      ])
    // The second and the fastest, each in the order in which the pair has them.
    #expect(found["How sure"] == ["MatchOutcome on slow and file.", "MatchOutcome on fast <1> and slow."])
    #expect(
      found["Which to choose"] == [
        "Whatever time an image may take: fast <1> (AP 50.0 %, 10.0 ms).",
        "slow (AP 60.0 %, 40.0 ms) has 10.0 points of AP more than fast <1>, but the set is too small to say that it is "
          + "better.",
      ])
  }

  @Test func aDetectorAheadInBothIsTheChoice() {
    let found = sentences(
      HandmadeComparison.report([
        HandmadeComparison.entry("good", .yolo, averagePrecision: 0.6, milliseconds: 10),
        HandmadeComparison.entry("bad", .fasterRCNN, averagePrecision: 0.5, milliseconds: 20),
      ]))
    #expect(found["The price"] == ["good is both the fastest and the most accurate: there is no price."])
    #expect(
      found["Which to choose"] == ["good, in any case: no other one that was timed is faster or more accurate."])
    #expect(found["How sure"] == nil)
  }

  @Test func aSlowerDetectorIsNamedWhereTheSetTellsThatItIsBetter() throws {
    var report = HandmadeComparison.report([
      HandmadeComparison.entry("a", .yolo, averagePrecision: 0.5, milliseconds: 10),
      HandmadeComparison.entry("b", .yolo, averagePrecision: 0.52, milliseconds: 20),
      HandmadeComparison.entry("c", .yolo, averagePrecision: 0.6, milliseconds: 30),
    ])
    report.pairs = [
      try HandmadeComparison.pair("a", "b", difference: -0.02, other: 0.1),
      // The order of a pair does not matter.
      try HandmadeComparison.pair("c", "a", difference: 0.1, other: 0.09),
    ]
    #expect(
      sentences(report)["Which to choose"] == [
        "Where an image may take less than 30.0 ms: a (AP 50.0 %, 10.0 ms).",
        "Where it may take 30.0 ms or more: c (AP 60.0 %, 30.0 ms).",
      ])
  }

  @Test func smallDifferencesAreNoReasonToChoose() throws {
    var report = HandmadeComparison.report([
      HandmadeComparison.entry("a", .yolo, averagePrecision: 0.51, milliseconds: 100),
      HandmadeComparison.entry("b", .yolo, averagePrecision: 0.5, milliseconds: 102),
    ])
    report.pairs = [try HandmadeComparison.pair("a", "b", difference: 0.01, other: -0.1)]
    let found = sentences(report)
    #expect(found["Speed"]?.first?.hasSuffix("About equally fast: b (102 ms).") == true)
    #expect(
      found["Which to choose"] == [
        "a, or as well b: about as fast, and this set cannot tell which is more accurate."
      ])
    report.pairs = [try HandmadeComparison.pair("a", "b", difference: 0.01, other: 0.02)]
    #expect(
      sentences(report)["Which to choose"] == [
        "a, in any case: no other one that was timed is faster or more accurate."
      ])
  }

  @Test func oneDetectorIsComparedWithNothing() {
    let found = sentences(
      HandmadeComparison.report([HandmadeComparison.entry("one", .yolo, averagePrecision: 0.6, milliseconds: 10)]))
    #expect(found["Accuracy"] == ["one reaches an AP of 60.0 % (50 % interval 58.0 to 62.0)."])
    #expect(Set(found.keys) == ["Accuracy", "Speed"])
  }

  @Test func filesAloneSayNothingOfSpeed() {
    let found = sentences(
      HandmadeComparison.report([
        HandmadeComparison.entry("a", .results, averagePrecision: 0.5, milliseconds: nil),
        HandmadeComparison.entry("b", .results, averagePrecision: 0.5, milliseconds: nil),
      ]))
    #expect(
      found["Accuracy"] == ["a and b are equally accurate, with an AP of 50.0 % (50 % interval 48.0 to 52.0)."])
    #expect(found["Speed"] == ["Nothing was timed: detections in files say nothing about speed."])
    #expect(Set(found.keys) == ["Accuracy", "Speed"])
  }

  @Test func theBestMayBeAFile() {
    let found = sentences(
      HandmadeComparison.report([
        HandmadeComparison.entry("file", .results, averagePrecision: 0.9, milliseconds: nil),
        HandmadeComparison.entry("fast", .yolo, averagePrecision: 0.5, milliseconds: 10),
        HandmadeComparison.entry("slow", .fasterRCNN, averagePrecision: 0.6, milliseconds: 1250),
      ]))
    #expect(
      found["The price"] == [
        "file is a file of detections, so what its accuracy costs in time is not known here.",
        "Of those that were timed, slow is the most accurate.",
        "slow takes 125.0 times as long as fast (1,250 against 10.0 ms) and has 10.0 points of AP more.",
      ])
  }

  @Test func nothingMeasuredIsSaid() {
    #expect(sentences(HandmadeComparison.report([]))["Accuracy"] == ["No detector could be measured."])
    let blank = HandmadeComparison.report([
      HandmadeComparison.entry("one", .results, averagePrecision: nil, milliseconds: nil)
    ])
    #expect(sentences(blank)["Accuracy"] == ["The set has no objects to be found: nothing is said of accuracy."])
  }
}
