import ComputeGraph
import Foundation
import ModelStorage
import Models
import Testing
import Training

@Suite struct TrainerTests {
  private let runs: TrainingRuns

  init() throws { runs = try TrainingRuns() }

  @Test func aRunWritesItsFolderAndNothingElse() throws {
    let detector = FakeDetector()
    let outcome = try runs.trainer(detector, in: "run", validate: TrainingRuns.nearness).run()
    guard case .completed(best: let best?) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(detector.stepCount == 20)
    #expect(runs.folder.names == ["run"])
    let names = try FileManager.default.subpathsOfDirectory(atPath: runs.folder.path + "/run").sorted()
    #expect(
      names == [
        "best.safetensors", "checkpoints", "checkpoints/last.previous.safetensors", "checkpoints/last.safetensors",
        "configuration.yaml", "last.safetensors", "log.csv",
      ])
    let model = try SafeTensorsFile.read(runs.folder.path + "/run/best.safetensors")
    #expect(model.metadata == ["AP": "\(best.values[0])", "AP50": "1.0", "hash": "data"])
    let previous = try Checkpoint.read(runs.folder.path + "/run/checkpoints/last.previous.safetensors")
    let last = try Checkpoint.read(runs.folder.path + "/run/checkpoints/last.safetensors")
    #expect(previous.epoch == 3 && last.epoch == 4)
    #expect(last.parameters["w"] == detector.parameters["w"])
    #expect(last.parameters["w"] != last.average["w"])
    #expect(last.optimiserStepCount == 20 && last.averageUpdateCount == 20 && last.stepInEpoch == 0)
    let effective = try ConfigurationFile.read(
      runs.folder.path + "/run/configuration.yaml", over: TrainingConfiguration())
    #expect(
      try ConfigurationFile.settings(of: effective) == ConfigurationFile.settings(of: TrainingRuns.configuration()))
  }

  @Test func theLogHasARowForEachEpoch() throws {
    var configuration = TrainingRuns.configuration()
    configuration.validationInterval = 3
    _ = try runs.trainer(FakeDetector(), in: "run", configuration: configuration, validate: TrainingRuns.nearness).run()
    let rows = try runs.rows("run")
    #expect(
      rows[0] == [
        "epoch", "learningRate", "loss", "box", "class", "imagesPerSecond", "AP", "AP50", "seconds",
      ])
    #expect(rows.dropFirst().map { $0[0] } == ["1", "2", "3", "4"])
    #expect(rows.dropFirst().map { $0[7] } == ["", "", "1.000000", "1.000000"])
    for row in rows.dropFirst() {
      let numbers = row.map { Double($0) ?? .nan }
      #expect(abs(numbers[2] - numbers[3] - numbers[4]) < 1e-4, "the loss is the sum of its terms")
    }
  }

  @Test func theFirstStepIsTheFormulasStep() throws {
    var configuration = TrainingRuns.configuration()
    configuration.epochs = 1
    configuration.gradientClipNorm = 0
    configuration.average.decay = 0
    configuration.schedule.warmupEpochs = 0
    let detector = FakeDetector()
    _ = try runs.trainer(detector, in: "run", configuration: configuration, batches: FakeBatches(batchCount: 1)).run()
    // Grey 0 and 101 without mosaic: target 101 / 510; slope = w − target + decay·w; Nesterov's first step 1.937 of it.
    let target = 101.0 / 510
    let expected = 0.5 - 0.01 * 1.937 * (0.5 - target + 0.0005 * 0.5)
    #expect(abs(Double(detector.parameters["w"]?[0] ?? 0) - expected) < 1e-6)
    #expect(
      try SafeTensorsFile.read(runs.folder.path + "/run/last.safetensors").tensors["w"] == detector.parameters["w"])
  }

  @Test func mosaicEndsBeforeTheLastEpochs() throws {
    let detector = FakeDetector()
    _ = try runs.trainer(detector, in: "run").run()
    // 2·71 + 4·37 = 34 beyond a byte, and 7 for mosaic; 3·71 = 213 without. The second image adds 101.
    #expect(detector.stepImages[14] == [41, 142])
    #expect(detector.stepImages[15] == [213, 58])
  }

  /// From the second epoch on the rate is 0: nothing moves any more but the running mean.
  @Test func theLearningRateFollowsTheWholeRun() throws {
    var configuration = TrainingRuns.configuration()
    configuration.schedule.kind = .step
    configuration.schedule.warmupEpochs = 0
    configuration.schedule.stepEpochs = [1]
    configuration.schedule.stepFactor = 0
    let detector = FakeDetector()
    var weights: [[Float]] = []
    detector.onStep = { [unowned detector] _ in weights.append(detector.parameters["w"]?.values ?? []) }
    _ = try runs.trainer(detector, in: "run", configuration: configuration).run()
    for step in 0..<5 { #expect(weights[step] != weights[step + 1]) }
    for step in 5..<20 { #expect(weights[step] == weights[5]) }
    #expect(try runs.rows("run").dropFirst().map { $0[1] } == ["0.01", "0", "0", "0"])
  }

  @Test func gradientsAreClipped() throws {
    let free = FakeDetector()
    let clipped = FakeDetector()
    var configuration = TrainingRuns.configuration()
    configuration.gradientClipNorm = 0
    _ = try runs.trainer(free, in: "free", configuration: configuration).run()
    configuration.gradientClipNorm = 0.001
    _ = try runs.trainer(clipped, in: "clipped", configuration: configuration).run()
    #expect(abs((clipped.parameters["w"]?[2] ?? 0) - 3) < 0.02)
    #expect(abs((free.parameters["w"]?[2] ?? 0) - 3) > 0.2)
  }

  @Test func theBestModelIsKept() throws {
    var precisions = [0.2, 0.5, 0.4, 0.5]
    var validated: [ParameterStore] = []
    let outcome = try runs.trainer(FakeDetector(), in: "run") { detector in
      validated.append((detector as? FakeDetector)?.parameters ?? ParameterStore())
      return ValidationResult(averagePrecision: precisions.removeFirst(), averagePrecision50: 0.9)
    }.run()
    let best = ValidationResult(averagePrecision: 0.5, averagePrecision50: 0.9)
    #expect(outcome == .completed(best: best))
    let model = try SafeTensorsFile.read(runs.folder.path + "/run/best.safetensors")
    #expect(model.tensors["w"] == validated[1]["w"], "the earlier of two equals")
    let last = try SafeTensorsFile.read(runs.folder.path + "/run/last.safetensors")
    #expect(last.tensors["w"] == validated[3]["w"])
    #expect(last.tensors["w"] != model.tensors["w"])
  }

  @Test func withoutValidationTheLastIsTheBest() throws {
    #expect(try runs.trainer(FakeDetector(), in: "run").run() == .completed(best: nil))
    #expect(try runs.bytes("run/best.safetensors") == runs.bytes("run/last.safetensors"))
  }

  @Test(arguments: ["loss", "gradient", "activation"])
  func nonFiniteNumbersStopTheRunBeforeTheyReachTheWeights(what: String) throws {
    let detector = FakeDetector()
    let tensor: String
    switch what {
    case "loss": (detector.badLossAtStep, tensor) = (6, "loss class")
    case "gradient": (detector.badGradientAtStep, tensor) = (6, "gradient of w")
    default: (detector.badActivationAtStep, tensor) = (6, "conv1")
    }
    let images = ["image-1-1-0.jpg", "image-1-1-1.jpg"]
    #expect(throws: TrainingError.nonFinite(tensor: tensor, images: images, epoch: 2, step: 2)) {
      try runs.trainer(detector, in: "run").run()
    }
    #expect(detector.parameters["w"]?.values.allSatisfy(\.isFinite) == true)
    let checkpoint = try Checkpoint.read(runs.folder.path + "/run/checkpoints/last.safetensors")
    #expect(checkpoint.epoch == 1 && checkpoint.stepInEpoch == 0)
  }

  @Test func anotherRunIsNotOverwritten() throws {
    _ = try runs.trainer(FakeDetector(), in: "run").run()
    #expect(throws: TrainingError.folderInUse(runs.folder.path + "/run")) {
      try runs.trainer(FakeDetector(), in: "run").run()
    }
  }

  @Test func thereMustBeSomethingToResumeAndToTrainOn() throws {
    let error = try #require(throws: CheckpointError.self) {
      try runs.trainer(FakeDetector(), in: "run").run(resuming: true)
    }
    guard case .unreadable(let cause) = error, cause.kind == .missing else {
      Issue.record("\(error)")
      return
    }
    #expect(throws: TrainingError.noBatches) {
      try runs.trainer(FakeDetector(), in: "run", batches: FakeBatches(batchCount: 0)).run()
    }
    var configuration = TrainingRuns.configuration()
    configuration.epochs = 0
    #expect(throws: ConfigurationError.self) {
      try runs.trainer(FakeDetector(), in: "run", configuration: configuration).run()
    }
    #expect(runs.folder.names.isEmpty, "nothing was written")
  }
}
