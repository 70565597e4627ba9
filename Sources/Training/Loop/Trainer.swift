public import Augmentation
public import ComputeGraph
import DetectionUtilities
public import Models

/// Trains a model: batches, steps, validation, checkpoints, log.
///
/// It knows no head: losses and gradients are the model's. A run that was interrupted and resumed gives the same
/// bytes as one that was not, as long as the model's steps depend on its parameters and the batch alone.
public final class Trainer<Example: TrainingExample> {
  /// Measures a model with the given parameters.
  public typealias Measurement = (ParameterStore) throws -> ValidationResult
  public typealias Validation = (any Detector) throws -> ValidationResult

  let model: any TrainableModel<Example.Target>
  let batches: any TrainingBatchSource<Example>
  let configuration: TrainingConfiguration
  let folder: TrainingFolder
  let trainingDataHash: String
  let modelSettings: [String: String]
  let runConfiguration: any Encodable
  let threadCount: Int?
  let measure: Measurement?
  let progress: TrainingProgress
  let interruption: Interruption
  let log: TrainingLog
  let clock = ContinuousClock()
  private var settings: [String: String] = [:]
  private var lastCheckpoint = ContinuousClock.now

  /// Everything that a run depends on is given once, here: five things that every run has, and six that have defaults.
  ///
  /// - Parameters:
  ///   - folder: where everything goes (``TrainingFolder``); made where missing.
  ///   - trainingDataHash: identifies the training data; a run is resumed only with the same.
  ///   - modelSettings: the model's own settings by key path (``ConfigurationFile/settings(of:)``), likewise.
  ///   - runConfiguration: what the folder keeps as the configuration; by default `configuration`.
  ///   - threadCount: how many threads the model's steps use, of which sums of floats depend in their last digits;
  ///     recorded, and said where a run is resumed with another number.
  ///   - measure: measures the model with other parameters on the validation images; without it the last model is also the best.
  public init(
    model: any TrainableModel<Example.Target>, batches: any TrainingBatchSource<Example>,
    configuration: TrainingConfiguration,
    folder: TrainingFolder, trainingDataHash: String, modelSettings: [String: String] = [:],
    runConfiguration: (any Encodable)? = nil, threadCount: Int? = nil, measure: Measurement? = nil,
    progress: TrainingProgress = .standardError(),
    interruption: Interruption = Interruption()
  ) {
    self.model = model
    self.batches = batches
    self.configuration = configuration
    self.folder = folder
    self.trainingDataHash = trainingDataHash
    self.modelSettings = modelSettings
    self.runConfiguration = runConfiguration ?? configuration
    self.threadCount = threadCount
    self.measure = measure
    self.progress = progress
    self.interruption = interruption
    log = TrainingLog(path: folder.log)
  }

  /// Trains from the model's present parameters, or continues the run in the folder.
  ///
  /// - Throws: ``TrainingError``, ``CheckpointError``, ``ConfigurationError``, and what the model, the batches and
  ///   the validation throw.
  public func run(resuming: Bool = false) throws -> TrainingOutcome {
    try configuration.validate()
    guard batches.batchCount > 0 else { throw TrainingError.noBatches }
    settings = try configuration.settingsOfResult()
    settings.merge(modelSettings.map { ("model." + $0.key, $0.value) }) { _, new in new }
    settings["batchCount"] = String(batches.batchCount)
    settings["inputSize"] = "\(model.inputSize)"
    // Where there is nothing to resume no folder is made either.
    if resuming, !folder.hasCheckpoint { _ = try folder.readCheckpoint() }
    try folder.create()
    let lock = try TrainingLock(folder: folder.path)
    defer { lock.release() }
    folder.sweep()
    var state = try resuming ? resumedState() : freshState()
    return try interruption.listen { try train(&state) }
  }

  private func freshState() throws -> TrainingState {
    guard !folder.hasCheckpoint else { throw TrainingError.folderInUse(folder.path) }
    try ConfigurationFile.write(runConfiguration, to: folder.configuration)
    // Rows of a run that stopped before its first checkpoint.
    try log.remove()
    return TrainingState(configuration: configuration, parameters: model.parameters)
  }

  private func resumedState() throws -> TrainingState {
    let (checkpoint, damage) = try folder.readCheckpoint()
    if let damage { progress.line("\(damage); resuming from the checkpoint before it") }
    try checkpoint.check(settings: settings, trainingDataHash: trainingDataHash)
    try checkpoint.check(specifications: model.parameterSpecifications)
    guard checkpoint.stepInEpoch <= batches.batchCount else {
      throw CheckpointError.notACheckpoint(
        path: folder.checkpoint, expectation: "step \(checkpoint.stepInEpoch) of \(batches.batchCount)")
    }
    let state = try TrainingState(
      configuration: configuration, checkpoint: checkpoint, specifications: model.parameterSpecifications)
    model.parameters = checkpoint.parameters
    try log.truncate(afterEpoch: state.epoch)
    if let before = checkpoint.threadCount, let threadCount, before != threadCount {
      progress.line(
        "warning: the run used \(before) threads and goes on with \(threadCount): its weights will not be those of a run "
          + "with one number of threads throughout (--threads \(before) keeps it)")
    }
    progress.line("resuming after epoch \(state.epoch), step \(state.stepInEpoch)")
    return state
  }

  private func train(_ state: inout TrainingState) throws -> TrainingOutcome {
    let start = clock.now
    lastCheckpoint = start
    let deadline =
      configuration.maximumMinutes > 0 ? start + .seconds(60 * configuration.maximumMinutes) : nil
    let schedule = configuration.schedule.makeSchedule(
      baseRate: configuration.optimiser.learningRate, epochs: configuration.epochs, batchCount: batches.batchCount)
    let nextBatch = batches(after: state)
    while state.epoch < configuration.epochs {
      while state.stepInEpoch < batches.batchCount {
        if interruption.isRequested { return try interrupted(state) }
        let stepStart = clock.now
        guard let samples = try nextBatch() else { throw TrainingError.noBatches }
        try step(&state, samples: samples, start: stepStart, schedule: schedule)
        if let deadline, clock.now >= deadline, !interruption.isRequested, !isFinished(state) {
          return try timeLimitReached(&state, schedule: schedule)
        }
        if isCheckpointDue(state) { try writeCheckpoint(state) }
      }
      // Asked for during the last step: validation waits for the resumed run.
      if interruption.isRequested { return try interrupted(state) }
      let validation = configuration.isValidated(epoch: state.epoch) ? try validateAverage(&state) : nil
      try appendRow(state, schedule: schedule, validation: validation)
      state.beginNextEpoch()
      try writeCheckpoint(state)
    }
    try writeLastModel(state)
    return .completed(best: state.best)
  }

  /// The batches from where a run stands to the end of its last epoch.
  private func batches(after state: TrainingState) -> () throws -> [Example]? {
    let configuration = configuration
    let batchCount = batches.batchCount
    let first = state.epoch * batchCount + state.stepInEpoch
    return batches.batches { place in
      let (epoch, index) = (first + place).quotientAndRemainder(dividingBy: batchCount)
      guard epoch < configuration.epochs else { return nil }
      return BatchRequest(epoch: epoch, index: index, mosaic: configuration.isMosaicEnabled(inEpoch: epoch))
    }
  }

  private func interrupted(_ state: TrainingState) throws -> TrainingOutcome {
    try writeCheckpoint(state)
    progress.line("interrupted after epoch \(state.epoch), step \(state.stepInEpoch); the checkpoint is written")
    return .interrupted(epochs: state.epoch, steps: state.stepInEpoch)
  }

  private func timeLimitReached(
    _ state: inout TrainingState, schedule: LearningRateSchedule
  ) throws -> TrainingOutcome {
    // First of all what cannot be had again.
    try writeCheckpoint(state)
    let validation = try validateAverage(&state)
    try appendRow(state, schedule: schedule, validation: validation)
    if validation != nil { try writeCheckpoint(state) }
    try writeLastModel(state)
    progress.line("the time is over after epoch \(state.epoch), step \(state.stepInEpoch)")
    return .timeLimitReached(epochs: state.epoch, steps: state.stepInEpoch, best: state.best)
  }

  private func isFinished(_ state: TrainingState) -> Bool {
    state.epoch + 1 == configuration.epochs && state.stepInEpoch == batches.batchCount
  }

  private func isCheckpointDue(_ state: TrainingState) -> Bool {
    configuration.checkpointMinutes > 0 && state.stepInEpoch < batches.batchCount
      && lastCheckpoint.duration(to: clock.now) >= .seconds(60 * configuration.checkpointMinutes)
  }

  private func writeCheckpoint(_ state: TrainingState) throws {
    let checkpoint = Checkpoint(
      parameters: model.parameters, average: state.average.parameters,
      averageUpdateCount: state.average.updateCount, optimiserState: state.optimiser.state,
      optimiserStepCount: state.optimiser.stepCount, epoch: state.epoch, stepInEpoch: state.stepInEpoch,
      best: state.best, epochLosses: state.epochLosses, epochImageCount: state.epochImageCount,
      epochSeconds: state.epochSeconds, settings: settings, trainingDataHash: trainingDataHash,
      threadCount: threadCount)
    try checkpoint.write(to: folder.checkpoint, keepingPreviousAs: folder.previousCheckpoint)
    lastCheckpoint = clock.now
  }
}
