import Foundation
import ModelStorage
import Models
import Testing
import Training

@Suite struct TrainerResumptionTests {
  private let runs: TrainingRuns

  init() throws { runs = try TrainingRuns() }

  /// Interrupted after so many of 5 × 4 steps, mid-epoch, at an epoch's end, and twice.
  @Test(
    arguments: [[1], [3], [5], [7], [10], [19], [20], [4, 6], [5, 5]],
    [OptimiserConfiguration.Kind.sgd, .adamw])
  func aResumedRunGivesTheSameBytes(stops: [Int], kind: OptimiserConfiguration.Kind) throws {
    let configuration = TrainingRuns.configuration(kind)
    _ = try runs.trainer(FakeDetector(), in: "whole", configuration: configuration, validate: TrainingRuns.nearness)
      .run()
    for (index, stop) in stops.enumerated() {
      let detector = FakeDetector()
      let interruption = Interruption(signals: [])
      detector.onStep = { if $0 == stop - 1 { interruption.request() } }
      let outcome = try runs.trainer(
        detector, in: "parts", configuration: configuration, validate: TrainingRuns.nearness, interruption: interruption
      ).run(resuming: index > 0)
      let done = stops[...index].reduce(0, +)
      // Stopped in the last step of an epoch, its validation is still to come: the epoch is not finished.
      #expect(outcome == .interrupted(epochs: (done - 1) / 5, steps: (done - 1) % 5 + 1))
      #expect(detector.stepCount == stop)
    }
    let rest = FakeDetector()
    _ = try runs.trainer(rest, in: "parts", configuration: configuration, validate: TrainingRuns.nearness).run(
      resuming: true)
    #expect(rest.stepCount == 20 - stops.reduce(0, +))
    for name in ["best.safetensors", "last.safetensors"] {
      #expect(try runs.bytes("parts/" + name) == runs.bytes("whole/" + name), "\(name)")
    }
    let whole = try SafeTensorsFile.read(runs.folder.path + "/whole/checkpoints/last.safetensors").tensors
    let parts = try SafeTensorsFile.read(runs.folder.path + "/parts/checkpoints/last.safetensors").tensors
    #expect(whole.names == parts.names)
    for name in whole.names { #expect(whole[name] == parts[name], "\(name)") }
    // All but the columns of time.
    func timeless(_ rows: [[String]]) -> [[String]] { rows.map { Array($0[..<5] + $0[6..<8]) } }
    #expect(try timeless(runs.rows("parts")) == timeless(runs.rows("whole")))
  }

  /// A batch that cannot be read ends the run as a crash would; the run goes on from the checkpoint inside the epoch.
  @Test func aRunIsResumedFromInsideAnEpochAfterAFailure() throws {
    var configuration = TrainingRuns.configuration()
    configuration.checkpointMinutes = 1e-9
    _ = try runs.trainer(FakeDetector(), in: "whole", configuration: configuration).run()
    #expect(throws: FakeBatches.Failure.self) {
      try runs.trainer(FakeDetector(), in: "parts", configuration: configuration, batches: FakeBatches(badPlace: 8))
        .run()
    }
    let checkpoint = try Checkpoint.read(runs.folder.path + "/parts/checkpoints/last.safetensors")
    #expect(checkpoint.epoch == 1 && checkpoint.stepInEpoch == 3)
    let rest = FakeDetector()
    _ = try runs.trainer(rest, in: "parts", configuration: configuration).run(resuming: true)
    #expect(rest.stepCount == 12)
    #expect(try runs.bytes("parts/last.safetensors") == runs.bytes("whole/last.safetensors"))
  }

  @Test func checkpointsInsideEpochsAreOptional() throws {
    var configuration = TrainingRuns.configuration()
    configuration.checkpointMinutes = 0
    #expect(throws: FakeBatches.Failure.self) {
      try runs.trainer(FakeDetector(), in: "run", configuration: configuration, batches: FakeBatches(badPlace: 8)).run()
    }
    let checkpoint = try Checkpoint.read(runs.folder.path + "/run/checkpoints/last.safetensors")
    #expect(checkpoint.epoch == 1 && checkpoint.stepInEpoch == 0)
  }

  @Test func aSignalEndsTheRunAfterItsStep() async {
    await #expect(processExitsWith: .success) {
      let interruption = Interruption()
      let detector = FakeDetector()
      detector.onStep = { step in
        guard step == 6 else { return }
        kill(getpid(), SIGTERM)
        for _ in 0..<1000 where !interruption.isRequested { usleep(1000) }
      }
      let runs = try TrainingRuns()
      let outcome = try runs.trainer(detector, in: "run", interruption: interruption).run()
      let checkpoint = try Checkpoint.read(runs.folder.path + "/run/checkpoints/last.safetensors")
      let isRight =
        outcome == .interrupted(epochs: 1, steps: 2) && checkpoint.epoch == 1 && checkpoint.stepInEpoch == 2
      try FileManager.default.removeItem(atPath: runs.folder.path)
      exit(isRight ? 0 : 1)
    }
  }

  @Test func theBestModelOutlivesAnInterruption() throws {
    let first = FakeDetector()
    let interruption = Interruption(signals: [])
    first.onStep = { if $0 == 7 { interruption.request() } }
    let best = ValidationResult(averagePrecision: 0.5, averagePrecision50: 0.9)
    let worse = ValidationResult(averagePrecision: 0.4, averagePrecision50: 1)
    _ = try runs.trainer(first, in: "run", validate: { _ in best }, interruption: interruption).run()
    let model = try runs.bytes("run/best.safetensors")
    let outcome = try runs.trainer(FakeDetector(), in: "run", validate: { _ in worse }).run(resuming: true)
    #expect(outcome == .completed(best: best))
    #expect(try runs.bytes("run/best.safetensors") == model)
    #expect(try runs.bytes("run/last.safetensors") != model)
  }

  @Test func aFinishedRunIsNotTrainedOn() throws {
    _ = try runs.trainer(FakeDetector(), in: "run").run()
    let before = try runs.bytes("run/last.safetensors")
    let detector = FakeDetector()
    #expect(try runs.trainer(detector, in: "run").run(resuming: true) == .completed(best: nil))
    #expect(detector.stepCount == 0)
    #expect(try runs.bytes("run/last.safetensors") == before)
  }

  @Test func theTimeLimitLeavesModelsAndCanBeResumed() throws {
    var configuration = TrainingRuns.configuration()
    _ = try runs.trainer(FakeDetector(), in: "whole", configuration: configuration, validate: TrainingRuns.nearness)
      .run()
    configuration.maximumMinutes = 1e-9
    let outcome = try runs.trainer(
      FakeDetector(), in: "parts", configuration: configuration, validate: TrainingRuns.nearness
    ).run()
    guard case .timeLimitReached(epochs: 0, steps: 1, best: .some) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(FileManager.default.fileExists(atPath: runs.folder.path + "/parts/last.safetensors"))
    #expect(FileManager.default.fileExists(atPath: runs.folder.path + "/parts/best.safetensors"))
    #expect(try runs.rows("parts").count == 2)
    configuration.maximumMinutes = 0
    _ = try runs.trainer(FakeDetector(), in: "parts", configuration: configuration, validate: TrainingRuns.nearness)
      .run(resuming: true)
    #expect(try runs.bytes("parts/last.safetensors") == runs.bytes("whole/last.safetensors"))
    #expect(try runs.rows("parts").map { $0[0] } == ["epoch", "1", "2", "3", "4"])
  }

  @Test func otherSettingsOrDataAreNotResumed() throws {
    _ = try runs.trainer(FakeDetector(), in: "run", modelSettings: ["depth": "1"]).run()
    var configuration = TrainingRuns.configuration()
    configuration.optimiser.learningRate = 0.5
    configuration.maximumMinutes = 3
    configuration.checkpointMinutes = 3
    #expect(
      throws: CheckpointError.differentSettings([
        .init(key: "model.depth", saved: "1", current: "2"),
        .init(key: "model.width", saved: nil, current: "3"),
        .init(key: "optimiser.learningRate", saved: "0.01", current: "0.5"),
      ])
    ) {
      try runs.trainer(
        FakeDetector(), in: "run", configuration: configuration, modelSettings: ["depth": "2", "width": "3"]
      ).run(resuming: true)
    }
    #expect(throws: CheckpointError.differentData(saved: "data", current: "other")) {
      try runs.trainer(FakeDetector(), in: "run", hash: "other", modelSettings: ["depth": "1"]).run(resuming: true)
    }
  }

  @Test func aDamagedCheckpointGivesWayToTheOneBefore() throws {
    _ = try runs.trainer(FakeDetector(), in: "run").run()
    let expected = try runs.bytes("run/last.safetensors")
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: runs.folder.path + "/run/checkpoints/last.safetensors"))
    let detector = FakeDetector()
    _ = try runs.trainer(detector, in: "run").run(resuming: true)
    #expect(detector.stepCount == 5, "the last epoch again")
    #expect(try runs.bytes("run/last.safetensors") == expected)
  }
}
