import ComputeGraph
import FolderTesting
import Foundation
import ModelStorage
import Models
import Tensors
import Testing
import Training

@Suite struct CheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/c.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  private func store(_ name: String, _ values: [Float]) -> ParameterStore {
    var store = ParameterStore()
    store[name] = Tensor(shape: [values.count], values: values)
    return store
  }

  private func checkpoint(best: ValidationResult? = nil) -> Checkpoint {
    var losses = LossAverages()
    losses.add([LossTerm(name: "box", value: 0.1), LossTerm(name: "class, odd", value: 2)])
    return Checkpoint(
      parameters: store("w", [1, 2]), average: store("w", [3, 4]), averageUpdateCount: 5,
      optimiserState: store("velocity.w", [6, 7]), optimiserStepCount: 8, epoch: 9, stepInEpoch: 10, best: best,
      epochLosses: losses, epochImageCount: 11, epochSeconds: 0.1 + 0.2, settings: ["a.b": "1"],
      trainingDataHash: "hash", threadCount: 3)
  }

  @Test(arguments: [nil, ValidationResult(averagePrecision: 1 / 3.0, averagePrecision50: 0)])
  func whatIsWrittenIsRead(best: ValidationResult?) throws {
    try checkpoint(best: best).write(to: path)
    let read = try Checkpoint.read(path)
    #expect(read.parameters["w"]?.values == [1, 2] && read.parameters.count == 1)
    #expect(read.average["w"]?.values == [3, 4] && read.average.count == 1)
    #expect(read.optimiserState["velocity.w"]?.values == [6, 7] && read.optimiserState.count == 1)
    #expect(read.averageUpdateCount == 5 && read.optimiserStepCount == 8)
    #expect(read.epoch == 9 && read.stepInEpoch == 10)
    #expect(read.best == best)
    #expect(read.epochLosses == checkpoint().epochLosses)
    #expect(read.epochImageCount == 11 && read.epochSeconds == 0.1 + 0.2)
    #expect(read.settings == ["a.b": "1"] && read.trainingDataHash == "hash" && read.threadCount == 3)
  }

  @Test func differencesAreNamed() throws {
    let checkpoint = checkpoint()
    try checkpoint.check(settings: ["a.b": "1"], trainingDataHash: "hash")
    let error = try #require(throws: CheckpointError.self) {
      try checkpoint.check(settings: ["a.b": "2", "c": "3"], trainingDataHash: "hash")
    }
    #expect(
      error.description
        == "the run cannot be resumed with other settings: a.b was 1, is 2; c was absent, is 3")
    #expect(throws: CheckpointError.differentData(saved: "hash", current: "x")) {
      try checkpoint.check(settings: ["a.b": "1"], trainingDataHash: "x")
    }
  }

  @Test(
    arguments: [
      ("w", [2], nil), ("w", [3], "parameters.w"), ("v", [2], "parameters.v"),
    ] as [(String, TensorShape, String?)])
  func tensorsMustFitTheNetwork(name: String, shape: TensorShape, unfit: String?) throws {
    let specifications = [ParameterSpecification(name: name, shape: shape, role: .weight)]
    var found: String?
    do {
      try checkpoint().check(specifications: specifications)
    } catch .unfit(let tensor, _) {
      found = tensor
    }
    #expect(found == unfit)
  }

  @Test func unknownTensorsAreRefused() throws {
    #expect(throws: CheckpointError.self) { try checkpoint().check(specifications: []) }
  }

  @Test(arguments: ["epoch", "stepInEpoch", "epochSeconds", "averageUpdateCount", "lossSum.0", "bestAP50", "format"])
  func damagedMetadataIsNamed(key: String) throws {
    try checkpoint(best: ValidationResult(averagePrecision: 0, averagePrecision50: 0)).write(to: path)
    for value in [nil, "x", key.hasPrefix("e") && key != "epochSeconds" ? "-1" : "?"] {
      var (tensors, metadata) = try SafeTensorsFile.read(path)
      metadata[key] = value
      tensors["more"] = Tensor(zeros: [1])
      let damaged = folder.path + "/damaged.safetensors"
      try SafeTensorsFile.write(tensors, metadata: metadata, to: damaged)
      let error = try #require(throws: CheckpointError.self) { try Checkpoint.read(damaged) }
      guard case .notACheckpoint(path: damaged, let expectation) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(expectation.contains(key))
    }
  }
}
