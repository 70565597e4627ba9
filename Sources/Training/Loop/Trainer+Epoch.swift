import Augmentation
import DetectionUtilities
internal import Foundation
import Models

extension Trainer {
  /// Keeps what steps draw apart from what augmentation draws from the same seed.
  private static var stepStream: UInt64 { 0x5354_4550 }

  /// What validations of the run measure.
  private static var validationKind: ValidationResult.Kind {
    if Example.self == ClassifiedSample.self { return .accuracy }
    return Example.self == SegmentedSample.self ? .segmentation : .averagePrecision
  }

  /// One batch: losses and gradients, a check that they are finite, clipping, the optimiser, the average.
  ///
  /// - Parameter start: when the step began, with waiting for its batch.
  func step(
    _ state: inout TrainingState, samples: [Example], start: ContinuousClock.Instant,
    schedule: LearningRateSchedule
  ) throws {
    var result = try model.trainingStep(
      images: samples.map(\.image), targets: samples.map(\.target),
      generator: SeededGenerator(
        seed: configuration.seed, stream: [Self.stepStream, UInt64(state.epoch), UInt64(state.stepInEpoch)]))
    let norm = GradientClipping.globalNorm(of: result.gradients)
    if let tensor = Self.firstNonFinite(result, gradientNorm: norm) {
      throw TrainingError.nonFinite(
        tensor: tensor, images: samples.map(\.sourcePath), epoch: state.epoch + 1, step: state.stepInEpoch + 1)
    }
    if configuration.gradientClipNorm > 0 {
      GradientClipping.scale(&result.gradients, norm: norm, toGlobalNorm: configuration.gradientClipNorm)
    }
    state.optimiser.step(
      parameters: &model.parameters, gradients: result.gradients, specifications: model.parameterSpecifications,
      learningRate: Float(schedule.learningRate(at: state.epoch * batches.batchCount + state.stepInEpoch)))
    state.average.update(with: model.parameters)
    state.stepInEpoch += 1
    state.epochLosses.add(result.losses)
    state.epochImageCount += samples.count
    state.epochSeconds += start.duration(to: clock.now) / .seconds(1)
    show(state, losses: result.losses)
  }

  /// Validates the average, and writes the model file where it is the best so far.
  ///
  /// - Returns: nil where the run has no validation.
  func validateAverage(_ state: inout TrainingState) throws -> ValidationResult? {
    guard let measure else { return nil }
    let result = try measure(state.average.parameters)
    state.latest = result
    if state.best.map({ result.isBetter(than: $0) }) ?? true {
      try model.writeModel(
        parameters: state.average.parameters, to: folder.bestModel, metrics: result.metrics,
        trainingDataHash: trainingDataHash)
      state.best = result
    }
    return result
  }

  /// Writes the model file of the average as it is; it is also the best one where nothing was validated.
  func writeLastModel(_ state: TrainingState) throws {
    for path in state.best == nil ? [folder.bestModel, folder.lastModel] : [folder.lastModel] {
      try model.writeModel(
        parameters: state.average.parameters, to: path, metrics: state.latest?.metrics ?? [:],
        trainingDataHash: trainingDataHash)
    }
  }

  /// The epoch's row in the log, and a line for the reader.
  func appendRow(_ state: TrainingState, schedule: LearningRateSchedule, validation: ValidationResult?) throws {
    let lastStep = max(0, state.epoch * batches.batchCount + state.stepInEpoch - 1)
    try log.append(
      TrainingLog.Row(
        epoch: state.epoch + 1, learningRate: schedule.learningRate(at: lastStep), losses: state.epochLosses,
        imageCount: state.epochImageCount, seconds: state.epochSeconds, validation: validation,
        validationKind: Self.validationKind))
    let loss = String(format: "loss %.4g", state.epochLosses.total)
    let precision = validation.map { ", \($0.summary)" }
    let time = TrainingProgress.duration(state.epochSeconds)
    progress.line("epoch \(state.epoch + 1)/\(configuration.epochs): \(loss)\(precision ?? ""), \(time)")
  }

  private func show(_ state: TrainingState, losses: [LossTerm]) {
    let stepsLeft = (configuration.epochs - state.epoch) * batches.batchCount - state.stepInEpoch
    let secondsPerStep = state.epochSeconds / Double(state.stepInEpoch)
    progress.show(
      TrainingProgress.Snapshot(
        epoch: state.epoch + 1, epochs: configuration.epochs, step: state.stepInEpoch, steps: batches.batchCount,
        losses: losses,
        imagesPerSecond: state.epochSeconds > 0 ? Double(state.epochImageCount) / state.epochSeconds : 0,
        secondsLeft: Double(stepsLeft) * secondsPerStep))
  }

  /// What is not finite, in the order in which it was computed: activations, losses, gradients.
  private static func firstNonFinite(_ result: TrainingStepResult, gradientNorm: Double) -> String? {
    if let tensor = result.firstNonFiniteTensor { return tensor }
    if let loss = result.losses.first(where: { !$0.value.isFinite }) { return "loss \(loss.name)" }
    guard !gradientNorm.isFinite else { return nil }
    return GradientClipping.firstNonFiniteTensor(in: result.gradients).map { "gradient of \($0)" }
      ?? "norm of the gradients"
  }
}
