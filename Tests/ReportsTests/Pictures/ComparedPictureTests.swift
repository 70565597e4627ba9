import Evaluation
import EvaluationTesting
import Reports
import Testing

@Suite struct ComparedPictureTests {
  @Test func picturesShowGroundTruthAndEveryEntry() throws {
    let set = try ScriptedComparison()
    let measurement = try ComparisonMeasurement(
      of: [set.results("good", ScriptedComparison.good), set.results("poor, or so", ScriptedComparison.poor)],
      on: set.dataset,
      rounds: 1)
    let report = ComparisonReport(measurement, path: "set", settings: .init(resamples: 200, seed: 1))
    let pictures = measurement.pictures(of: report)
    #expect(pictures.map(\.detector) == (0..<3).flatMap { _ in ["", "good", "poor, or so"] })
    #expect(pictures.map(\.image.name) == ["40", "50", "60"].flatMap { [String](repeating: "\($0).png", count: 3) })
    #expect(pictures[0].picture.size.width == 40)
    #expect(pictures[1].picture.jpeg != pictures[2].picture.jpeg)
  }
}
