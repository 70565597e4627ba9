import DetectionUtilities
import Evaluation
import Foundation
import Testing

struct DetectionAgreementReportTests {
  /// Four boxes of the left side agree, one lies elsewhere, one is missing on the right; the right has one more.
  private func report() -> DetectionAgreementReport {
    var report = DetectionAgreementReport(
      left: "a", right: "reference", classNames: ["cat", "dog"],
      tolerances: DetectionAgreement.Tolerances(confidence: 0.05, box: 0.25, score: 0.125))
    let same = [found(0, 0, 8, 8, 0, 0.5), found(20, 0, 28, 8, 0, 0.5)]
    report.add("one.jpg", left: same, right: same)
    report.add(
      "two.jpg", left: same + [found(40, 0, 48, 8, 1, 0.75), found(60, 0, 68, 8, 1, 0.625)],
      right: [found(0, 0, 8, 8, 0, 0.375), found(20, 0, 28.125, 8, 0, 0.5), found(42, 0, 50, 8, 1, 0.75)])
    report.add("three.jpg", left: [], right: [found(1, 2, 3.5, 4, 0, 0.25)])
    return report
  }

  @Test func countsAndShares() {
    let report = report()
    #expect(report.agreeingCount == 4 && report.leftCount == 6 && report.rightCount == 6)
    #expect(report.leftShare == 4.0 / 6 && report.rightShare == 4.0 / 6)
    let empty = DetectionAgreementReport(left: "a", right: "b", classNames: [])
    #expect(empty.leftShare == 1 && empty.rightShare == 1 && empty.differences.isEmpty)
    #expect(empty.largestBoxDifference == nil && empty.largestScoreDifference == nil)
  }

  @Test func differencesReadWell() {
    let report = report()
    #expect(
      report.differences.map(report.text) == [
        "two.jpg: dog 0.7500 at (40.00, 0.00, 48.00, 8.00): reference has 0.7500 at (42.00, 0.00, 50.00, 8.00), "
          + "2 px and 0 in score apart",
        "two.jpg: dog 0.6250 at (60.00, 0.00, 68.00, 8.00): reference has none",
        "three.jpg: reference has cat 0.2500 at (1.00, 2.00, 3.50, 4.00): a has none",
      ])
  }

  /// A pair within the tolerances may have the largest difference, here of scores.
  @Test func largestDifferences() throws {
    let report = report()
    let box = try #require(report.largestBoxDifference)
    #expect(report.text(box).contains(", 2 px"))
    let score = try #require(report.largestScoreDifference)
    #expect(report.text(score).hasPrefix("two.jpg: cat 0.5000") && report.text(score).hasSuffix("0.125 in score apart"))
  }

  @Test func fileHoldsAllDifferences() throws {
    struct File: Decodable {
      struct Entry: Decodable {
        struct Box: Decodable {
          var score: Double
          var box: [Double]
        }
        var image: String
        var label: String
        var left: Box?
        var right: Box?
        var boxDifference: Double?
      }
      struct Side: Decodable {
        var name: String
        var boxes: Int
        var share: Double
      }
      var images: Int
      var agreeing: Int
      var left: Side
      var right: Side
      var differences: [Entry]
    }
    let folder = try TemporaryFolder()
    try report().write(to: folder.path("report.json"))
    let file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("report.json"))))
    #expect(file.images == 3 && file.agreeing == 4)
    #expect(file.left.name == "a" && file.left.boxes == 6 && file.right.share == 4.0 / 6)
    #expect(file.differences.map(\.image) == ["two.jpg", "two.jpg", "three.jpg"])
    #expect(file.differences.map(\.boxDifference) == [2, nil, nil])
    #expect(file.differences[1].left?.box == [60, 0, 68, 8] && file.differences[1].right == nil)
    #expect(file.differences[2].label == "cat" && file.differences[2].right?.score == 0.25)
  }

  @Test func classesAreComparedByName() {
    let classes = DetectionAgreementClasses(left: ["cat", "dog", "eel"], right: ["dog", "fox", "cat"])
    #expect(classes.names == ["cat", "dog", "eel", "fox"])
    #expect(classes.rightIndices == [1, 3, 0])
    #expect(classes.difference(left: "a", right: "b") == "the classes differ: only a has 'eel'; only b has 'fox'")
    let turned = DetectionAgreementClasses(left: ["cat", "dog"], right: ["dog", "cat"])
    let darknet = DetectionAgreementClasses(left: ["cat", "tv"], right: ["tvmonitor", "cat"])
    #expect(darknet.rightIndices == [1, 0] && darknet.names == ["cat", "tv"])
    #expect(turned.rightIndices == [1, 0] && turned.difference(left: "a", right: "b") == nil)
  }
}
