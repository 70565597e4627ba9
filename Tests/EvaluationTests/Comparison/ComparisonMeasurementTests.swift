import DetectionUtilities
import Evaluation
import EvaluationTesting
import Foundation
import Models
import Testing

@Suite struct ComparisonMeasurementTests {
  private let set: ScriptedComparison
  private let names = ["cat", "dog"]

  init() throws { set = try ScriptedComparison() }

  @Test func everyDetectorSeesEveryImageInTurn() throws {
    let diary = ScriptedTimedDetector.Diary()
    let candidates = ["a", "b"].map {
      set.candidate($0, ScriptedTimedDetector($0, classNames: names, answers: ScriptedComparison.good, diary: diary))
    }
    var progress: [Int] = []
    let measurement = try ComparisonMeasurement(
      of: candidates, on: set.dataset, rounds: 2,
      progress: { done, total in
        #expect(total == 6)
        progress.append(done)
      })
    // The first image twice for each, since the first run does not count; who begins changes with image and round.
    let expected = [
      "a 40", "a 40", "b 40", "b 40", "b 50", "a 50", "a 60", "b 60",
      "b 40", "a 40", "a 50", "b 50", "b 60", "a 60",
    ]
    #expect(diary.entries == expected)
    #expect(progress == Array(1...6))
    #expect(measurement.failures.isEmpty && measurement.unreadable.isEmpty)
  }

  @Test func figuresAreThoseOfTheEvaluator() throws {
    let detector = ScriptedTimedDetector(classNames: ["dog", "cat", "bird"], answers: swapped(ScriptedComparison.poor))
    let report = try self.report([set.candidate("a", detector), set.results("b", ScriptedComparison.poor)])
    let evaluation = try DetectorEvaluator().evaluate(
      ScriptedDetector(classNames: names, answers: ScriptedComparison.poor), on: set.dataset)
    let expected = try #require(evaluation.result.coco).summary
    #expect(expected.averagePrecision == 0.5)
    #expect(report.entries.map(\.analysis.summary) == [expected, expected])
    #expect(report.notes.contains("a and b found exactly the same boxes with the same scores"))
    #expect(report.data.images == 3 && report.data.objects == 4 && report.data.emptyClasses.isEmpty)
    #expect(report.entries[0].cost?.fileBytes == 4000)
    #expect(report.entries[1].timing == nil && report.entries[1].cost == nil)
    #expect(report.front.map(\.name) == ["a"])
  }

  private func swapped(_ answers: [Int: [Detection]]) -> [Int: [Detection]] {
    answers.mapValues { found in
      found.map { detection in
        var detection = detection
        detection.classIndex = 1 - detection.classIndex
        return detection
      }
    }
  }

  @Test func timesHoldAllStagesOfTheDetector() throws {
    let stages = StageSeconds(preprocess: 0.001, network: 0.02, proposals: 0.003, boxHead: 0.004, postprocess: 0.005)
    let twoStage = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good, stages: stages)
    let oneStage = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good)
    let report = try self.report([set.candidate("two", twoStage), set.candidate("one", oneStage)], rounds: 2)
    let two = try #require(report.entries[0].timing)
    #expect(two.stages.map(\.stage) == ComparedTiming.Stage.allCases)
    #expect(two.stages.dropFirst().map(\.spread.median) == [1, 20, 3, 4, 5])
    #expect(two.images == 3 && two.rounds == 2)
    #expect(two.whole.median > 0 && two.stages[0].spread.median > 0)
    #expect(
      try #require(report.entries[1].timing).stages.map(\.stage) == [.decode, .preprocess, .network, .postprocess])
    // The stages that it claims take longer than the whole.
    #expect(report.notes.contains { $0.hasPrefix("the stages of two make up ") })
  }

  @Test func aDetectorThatFailsLeavesTheOthers() throws {
    // One run that does not count, then two images.
    let failing = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good, failsAfter: 3)
    let fine = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good)
    let report = try self.report([set.candidate("failing", failing), set.candidate("fine", fine)])
    #expect(report.entries.map(\.name) == ["fine"])
    #expect(
      report.failures == [
        .init(
          name: "failing", path: "failing.safetensors", reason: "60.png: out of memory", finishedImages: 2)
      ])
    #expect(report.pairs.isEmpty && report.disagreements.isEmpty)
  }

  @Test func detectionsThatChangeFromRoundToRoundAreAFailure() throws {
    let drifting = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good, drifts: true)
    let fine = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good)
    let candidates = [set.candidate("drifting", drifting), set.candidate("fine", fine)]
    #expect(try report(candidates).failures.isEmpty)
    #expect(
      try report(candidates, rounds: 2).failures.map(\.reason)
        == ["40.png: the detections differ from round to round"])
  }

  @Test func anUnreadableImageIsLeftOutForAll() throws {
    try Data("no image".utf8).write(to: URL(fileURLWithPath: set.folder.path("50.png")))
    let detector = ScriptedTimedDetector(classNames: names, answers: ScriptedComparison.good)
    let measurement = try ComparisonMeasurement(
      of: [set.candidate("a", detector), set.results("b", ScriptedComparison.poor)], on: set.dataset, rounds: 2)
    #expect(measurement.unreadable.map(\.path) == [set.folder.path("50.png")])
    let report = ComparisonReport(measurement, path: "set", settings: .init(resamples: 10))
    #expect(report.data.images == 2)
    #expect(report.entries.map(\.timing?.images) == [2, nil])
    // The false dog was in that image.
    #expect(report.entries[1].analysis.errors.types["Bkg"]?.count ?? 0 == 0)
    #expect(report.notes.first?.contains("50.png") == true)
  }

  @Test func otherClassesAreRefusedWithTheMapping() throws {
    let detector = ScriptedTimedDetector(classNames: ["bird", "cat"])
    let error = #expect(throws: ComparisonError.self) {
      try ComparisonMeasurement(of: [set.candidate("a", detector)], on: set.dataset, rounds: 1)
    }
    #expect(
      error?.description
        == "a.safetensors: does not know 'dog' of the data's classes; by name: cat → cat, dog → none; the model's "
        + "classes are bird, cat")
  }

  @Test func nothingMeasuredIsAnError() throws {
    let failing = ScriptedTimedDetector(classNames: names, failsAfter: 0)
    #expect(throws: ComparisonError.nothingMeasured(reasons: ["a: 40.png: out of memory"])) {
      try ComparisonMeasurement(of: [set.candidate("a", failing)], on: set.dataset, rounds: 1)
    }
  }

  @Test func stopsWhenAsked() throws {
    let detector = ScriptedTimedDetector(classNames: names)
    var asked = 0
    let error = #expect(throws: ComparisonMeasurement.Cancelled.self) {
      try ComparisonMeasurement(
        of: [set.candidate("a", detector)], on: set.dataset, rounds: 1,
        isCancelled: {
          asked += 1
          return asked > 2
        })
    }
    #expect(error?.done == 2 && error?.total == 3)
  }

  @Test func theSameSeedGivesTheSameReport() throws {
    func figures() throws -> [ComparedPair] {
      let detectors = [ScriptedComparison.good, ScriptedComparison.poor].map {
        ScriptedTimedDetector(classNames: names, answers: $0)
      }
      return try report(zip(["a", "b"], detectors).map { set.candidate($0, $1) }).pairs
    }
    let first = try figures()
    #expect(try figures() == first)
    #expect(first.count == 1)
    #expect(first[0].bootstrap.averagePrecision.difference.value == 0.5)
  }

  private func report(_ candidates: [ComparisonCandidate], rounds: Int = 1) throws -> ComparisonReport {
    ComparisonReport(
      try ComparisonMeasurement(of: candidates, on: set.dataset, rounds: rounds), path: "set",
      settings: .init(resamples: 20))
  }
}
