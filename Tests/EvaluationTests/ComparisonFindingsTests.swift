import Evaluation
import Testing

@Suite struct ComparisonFindingsTests {
  private func sentences(_ report: ComparisonReport) -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: ComparisonFindings(report).findings.map { ($0.heading, $0.sentences) })
  }

  @Test func saysWhoIsAccurateAndFastAndWhatThatCosts() throws {
    let found = sentences(try ComparedSet.full())
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
    #expect(found["How sure"] == ["Verdict on slow and file.", "Verdict on fast <1> and slow."])
    #expect(
      found["Which to choose"] == [
        "Where an image may take less than 40.0 ms: fast <1> (AP 50.0 %, 10.0 ms).",
        "Where it may take 40.0 ms or more: slow (AP 60.0 %, 40.0 ms); whether it is really more accurate than fast <1>, "
          + "this set is too small to say.",
      ])
  }

  @Test func aDetectorAheadInBothIsTheChoice() {
    let found = sentences(
      ComparedSet.report([
        ComparedSet.entry("good", .yolo, averagePrecision: 0.6, milliseconds: 10),
        ComparedSet.entry("bad", .fasterRCNN, averagePrecision: 0.5, milliseconds: 20),
      ]))
    #expect(found["The price"] == ["good is both the fastest and the most accurate: nothing is paid."])
    #expect(
      found["Which to choose"] == ["good, in any case: no other one that was timed is faster or more accurate."])
    #expect(found["How sure"] == nil)
  }

  @Test func oneDetectorIsComparedWithNothing() {
    let found = sentences(
      ComparedSet.report([ComparedSet.entry("one", .yolo, averagePrecision: 0.6, milliseconds: 10)]))
    #expect(found["Accuracy"] == ["one reaches an AP of 60.0 % (50 % interval 58.0 to 62.0)."])
    #expect(Set(found.keys) == ["Accuracy", "Speed"])
  }

  @Test func filesAloneSayNothingOfSpeed() {
    let found = sentences(
      ComparedSet.report([
        ComparedSet.entry("a", .results, averagePrecision: 0.5, milliseconds: nil),
        ComparedSet.entry("b", .results, averagePrecision: 0.5, milliseconds: nil),
      ]))
    #expect(
      found["Accuracy"] == ["a and b are equally accurate, with an AP of 50.0 % (50 % interval 48.0 to 52.0)."])
    #expect(found["Speed"] == ["Nothing was timed: detections in files say nothing about speed."])
    #expect(Set(found.keys) == ["Accuracy", "Speed"])
  }

  @Test func theBestMayBeAFile() {
    let found = sentences(
      ComparedSet.report([
        ComparedSet.entry("file", .results, averagePrecision: 0.9, milliseconds: nil),
        ComparedSet.entry("fast", .yolo, averagePrecision: 0.5, milliseconds: 10),
        ComparedSet.entry("slow", .fasterRCNN, averagePrecision: 0.6, milliseconds: 1250),
      ]))
    #expect(
      found["The price"] == [
        "file is a file of detections, so what its accuracy costs in time is not known here.",
        "Of those that were timed, slow is the most accurate.",
        "slow takes 125.0 times as long as fast (1,250 against 10.0 ms) and has 10.0 points of AP more.",
      ])
  }

  @Test func nothingMeasuredIsSaid() {
    #expect(sentences(ComparedSet.report([]))["Accuracy"] == ["No detector could be measured."])
    let blank = ComparedSet.report([ComparedSet.entry("one", .results, averagePrecision: nil, milliseconds: nil)])
    #expect(sentences(blank)["Accuracy"] == ["The set has no objects to be found: nothing is said of accuracy."])
  }
}
