import ComputeGraph

/// What changes while a run goes on, but for the detector's parameters.
struct TrainingState {
  var optimiser: any Optimiser
  var average: ExponentialMovingAverage
  /// Finished epochs, and finished steps of the next one.
  var epoch = 0
  var stepInEpoch = 0
  var best: ValidationResult?
  /// Of the latest validation in this run.
  var latest: ValidationResult?
  var epochLosses = LossAverages()
  var epochImageCount = 0
  var epochSeconds = 0.0

  /// The state before the first step.
  init(configuration: TrainingConfiguration, parameters: ParameterStore) {
    optimiser = configuration.optimiser.makeOptimiser()
    average = ExponentialMovingAverage(
      of: parameters, decay: configuration.average.decay, rampSteps: configuration.average.rampSteps)
  }

  /// The state of a checkpoint whose tensors have been checked.
  ///
  /// - Throws: ``CheckpointError``.
  init(
    configuration: TrainingConfiguration, checkpoint: Checkpoint, specifications: [ParameterSpecification]
  ) throws {
    optimiser = configuration.optimiser.makeOptimiser()
    do {
      try optimiser.restore(
        state: checkpoint.optimiserState, stepCount: checkpoint.optimiserStepCount, specifications: specifications)
    } catch let error as OptimiserStateError {
      throw CheckpointError.unfit(tensor: "optimiser." + error.tensor, expectation: error.expectation)
    }
    average = ExponentialMovingAverage(
      of: checkpoint.average, decay: configuration.average.decay, rampSteps: configuration.average.rampSteps,
      updateCount: checkpoint.averageUpdateCount)
    epoch = checkpoint.epoch
    stepInEpoch = checkpoint.stepInEpoch
    best = checkpoint.best
    epochLosses = checkpoint.epochLosses
    epochImageCount = checkpoint.epochImageCount
    epochSeconds = checkpoint.epochSeconds
  }

  mutating func beginNextEpoch() {
    epoch += 1
    stepInEpoch = 0
    epochLosses = LossAverages()
    epochImageCount = 0
    epochSeconds = 0
  }
}
