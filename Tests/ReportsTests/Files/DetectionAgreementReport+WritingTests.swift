import EvaluationTesting
import FolderTesting
import Foundation
import Reports
import Testing

struct DetectionAgreementReportWritingTests {
  @Test func differencesReadWell() {
    let report = HandmadeAgreement.report()
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
    let report = HandmadeAgreement.report()
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
    try HandmadeAgreement.report().write(to: folder.path("report.json"))
    let file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("report.json"))))
    #expect(file.images == 3 && file.agreeing == 4)
    #expect(file.left.name == "a" && file.left.boxes == 6 && file.right.share == 4.0 / 6)
    #expect(file.differences.map(\.image) == ["two.jpg", "two.jpg", "three.jpg"])
    #expect(file.differences.map(\.boxDifference) == [2, nil, nil])
    #expect(file.differences[1].left?.box == [60, 0, 68, 8] && file.differences[1].right == nil)
    #expect(file.differences[2].label == "cat" && file.differences[2].right?.score == 0.25)
  }
}
