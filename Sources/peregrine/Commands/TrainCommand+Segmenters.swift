import Augmentation
import CPUKernels
import Datasets
import Evaluation
import ModelZoo
import Models
import Training

extension TrainCommand {
  /// Trains a segmenter: the same loop on images with a class for every pixel.
  func trainSegmenter(_ configuration: RunConfiguration, initial: LoadedModel?) throws {
    if boxes != nil {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a detector for --boxes")
    }
    if backbone != nil {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a detector for --backbone (--initial)")
    }
    let sets = try SegmentedSets(
      data: data, validation: validation, imagesFolder: imagesFolder, seed: configuration.training.seed)
    print("\(data): \(sets.training.summary)")
    if let held = sets.validation { print("validation: \(held.summary)") }
    let segmenter = try ModelCatalog.trainableSegmenter(configuration, set: sets.training, initial: initial)
    var settings = try configuration.detectorSettings()
    if let initial {
      settings["initialModel"] = initial.weights.fingerprint
      let outcome = try initial.weights.load(into: &segmenter.parameters)
      if !resume { show(outcome, of: initial.path) }
    }
    let training = configuration.training
    let augmenter = try SegmentationAugmenter(
      set: sets.training, inputSize: segmenter.inputSize, keepsProportions: configuration.segmenter.keepsProportions,
      outputMargin: configuration.segmenter.outputMargin, configuration: training.segmentationAugmentation)
    let trainer = Trainer(
      segmenter: segmenter,
      batches: try ShuffledBatches(augmenter, batchSize: training.batchSize, seed: training.seed),
      configuration: training, folder: TrainingFolder(path: output), trainingDataHash: sets.training.fingerprint,
      modelSettings: settings, runConfiguration: configuration, threadCount: KernelThreads.count,
      validate: sets.validation.map { held in { try Self.validate($0, on: held) } })
    try finish(trainer.run(resuming: resume))
  }

  private static func validate(_ segmenter: any Segmenter, on set: SegmentedSet) throws -> ValidationResult {
    let evaluation = try SegmenterEvaluator().evaluate(segmenter, on: set)
    if let failure = evaluation.failures.first { printError("peregrine: \(failure)") }
    return ValidationResult(meanIoU: evaluation.result.meanIoU, pixelAccuracy: evaluation.result.pixelAccuracy)
  }
}
