import Augmentation
import FolderTesting
import Foundation
import Models
import Testing
import Training

/// Short runs of a fake detector in a folder of their own.
struct TrainingRuns {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func configuration(_ kind: OptimiserConfiguration.Kind = .sgd) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.epochs = 4
    configuration.batchSize = 2
    configuration.closeMosaicEpochs = 1
    configuration.optimiser.kind = kind
    configuration.schedule.warmupEpochs = 0.5
    configuration.average.rampSteps = 5
    configuration.gradientClipNorm = 1
    return configuration
  }

  func trainer(
    _ detector: FakeDetector, in name: String, configuration: TrainingConfiguration = configuration(),
    batches: FakeBatches = FakeBatches(), hash: String = "data", modelSettings: [String: String] = [:],
    validate: Trainer<TrainingSample>.Validation? = nil, interruption: Interruption = Interruption(signals: [])
  ) -> Trainer<TrainingSample> {
    Trainer(
      detector: detector, batches: batches, configuration: configuration,
      folder: TrainingFolder(path: folder.path + "/" + name), trainingDataHash: hash, modelSettings: modelSettings,
      validate: validate, progress: .silent(), interruption: interruption)
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
  }

  func rows(_ name: String) throws -> [[String]] {
    try String(contentsOfFile: folder.path + "/\(name)/log.csv", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  /// AP is how near the first weight of the average comes to 0.5.
  static func nearness(_ detector: any Detector) -> ValidationResult {
    let weight = (detector as? FakeDetector)?.parameters["w"]?[0] ?? 0
    return ValidationResult(averagePrecision: 1 - abs(Double(weight) - 0.5), averagePrecision50: 1)
  }
}
