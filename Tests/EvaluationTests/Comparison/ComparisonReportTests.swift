import DetectionUtilities
import Evaluation
import EvaluationTesting
import Foundation
import Testing

@Suite struct ComparisonReportTests {
  private let set: ScriptedComparison
  private let report: ComparisonReport

  init() throws {
    set = try ScriptedComparison()
    let measurement = try ComparisonMeasurement(
      of: [set.results("good", ScriptedComparison.good), set.results("poor, or so", ScriptedComparison.poor)],
      on: set.dataset,
      rounds: 1)
    report = ComparisonReport(measurement, path: "set", settings: .init(resamples: 200, seed: 1))
  }

  @Test func bothSidesOfAPairAreCounted() throws {
    let groups = try #require(report.pairs.first).groups
    func group(_ name: String) -> [Int]? {
      groups.first { $0.name.hasPrefix(name) }.map {
        [$0.objects, $0.foundByBoth, $0.onlyFirst, $0.onlySecond, $0.missedByBoth]
      }
    }
    #expect(groups.first?.property == "all")
    #expect(group("all") == [4, 2, 2, 0, 0])
    #expect(group("small") == [4, 2, 2, 0, 0])
    #expect(group("medium") == nil)
    #expect(group("cat") == [2, 2, 0, 0, 0])
    #expect(group("dog") == [2, 0, 2, 0, 0])
    #expect(group("apart") == [4, 2, 2, 0, 0])
    // All boxes are equally bright, and nothing is said of visibility.
    #expect(!groups.contains { $0.property == "light" || $0.property == "occlusion" })
  }

  @Test func imagesAreListedByDifferences() {
    #expect(report.disagreements.map(\.name) == ["40.png", "50.png", "60.png"])
    #expect(report.disagreements.map(\.differences) == [1, 1, 1])
    #expect(
      report.disagreements[1].outcomes == [
        .init(detector: "good", found: 1, missed: 0, falsePositives: 0),
        .init(detector: "poor, or so", found: 1, missed: 0, falsePositives: 1),
      ])
  }
}
