public import ComputeGraph
import Tensors

/// Everything that a run needs to continue exactly where it was.
public struct Checkpoint: Sendable {
  /// Weights and running statistics.
  public var parameters: ParameterStore
  /// Their moving average, and how many updates it has seen.
  public var average: ParameterStore
  public var averageUpdateCount: Int
  public var optimiserState: ParameterStore
  public var optimiserStepCount: Int
  /// Finished epochs, and finished steps of the next one.
  public var epoch: Int
  public var stepInEpoch: Int
  /// The best validation so far.
  public var best: ValidationResult?
  /// Losses, images and training time of the epoch that is under way.
  public var epochLosses: LossAverages
  public var epochImageCount: Int
  public var epochSeconds: Double
  /// The settings that decide the result, under their key paths.
  public var settings: [String: String]
  public var trainingDataHash: String
  /// How many threads the steps used; nil where nobody said, as in files of before.
  public var threadCount: Int?

  /// One parameter a property, none with a default: a value that is forgotten would be found out only by a resumed run
  /// that goes another way.
  public init(
    parameters: ParameterStore, average: ParameterStore, averageUpdateCount: Int, optimiserState: ParameterStore,
    optimiserStepCount: Int, epoch: Int, stepInEpoch: Int, best: ValidationResult?, epochLosses: LossAverages,
    epochImageCount: Int, epochSeconds: Double, settings: [String: String], trainingDataHash: String,
    threadCount: Int?
  ) {
    self.parameters = parameters
    self.average = average
    self.averageUpdateCount = averageUpdateCount
    self.optimiserState = optimiserState
    self.optimiserStepCount = optimiserStepCount
    self.epoch = epoch
    self.stepInEpoch = stepInEpoch
    self.best = best
    self.epochLosses = epochLosses
    self.epochImageCount = epochImageCount
    self.epochSeconds = epochSeconds
    self.settings = settings
    self.trainingDataHash = trainingDataHash
    self.threadCount = threadCount
  }

  /// Refuses to continue under other settings or with other data.
  ///
  /// - Throws: ``CheckpointError`` that says what differs.
  public func check(settings current: [String: String], trainingDataHash currentHash: String) throws(CheckpointError) {
    let keys = Set(settings.keys).union(current.keys).sorted()
    let differences = keys.filter { settings[$0] != current[$0] }.map {
      CheckpointError.Difference(key: $0, saved: settings[$0], current: current[$0])
    }
    guard differences.isEmpty else { throw .differentSettings(differences) }
    guard trainingDataHash == currentHash else {
      throw .differentData(saved: trainingDataHash, current: currentHash)
    }
  }

  /// Refuses tensors that are not the network's.
  ///
  /// - Throws: ``CheckpointError`` naming the first one.
  public func check(specifications: [ParameterSpecification]) throws(CheckpointError) {
    let known = Set(specifications.map(\.name))
    for (prefix, store) in [("parameters.", parameters), ("average.", average)] {
      for specification in specifications {
        guard let tensor = store[specification.name] else {
          throw .unfit(tensor: prefix + specification.name, expectation: "missing")
        }
        guard tensor.shape == specification.shape else {
          throw .unfit(
            tensor: prefix + specification.name, expectation: "expected \(specification.shape), found \(tensor.shape)")
        }
      }
      if let unknown = store.names.first(where: { !known.contains($0) }) {
        throw .unfit(tensor: prefix + unknown, expectation: "the network has no parameter of that name")
      }
    }
  }
}
