import Augmentation
import CPUKernels
import Datasets
import Evaluation
import ModelZoo
import Models
import Training

extension TrainCommand {
  /// Trains a classifier: the same loop on images with one class each.
  func trainClassifier(_ configuration: RunConfiguration, initial: LoadedModel?) throws {
    if boxes != nil {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a detector for --boxes")
    }
    if backbone != nil {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a detector for --backbone (--initial)")
    }
    let sets = try ClassifiedSets(data: data, validation: validation, seed: configuration.training.seed)
    print("\(data): \(sets.training.summary)")
    if let held = sets.validation { print("validation: \(held.summary)") }
    let labels = sets.training.classes.map { ModelFile.Label(name: $0.name, id: $0.id) }
    let classifier = try ModelCatalog.trainableClassifier(configuration, classes: labels, initial: initial)
    var settings = try configuration.detectorSettings()
    if let initial {
      settings["initialModel"] = initial.weights.fingerprint
      let outcome = try initial.weights.load(into: &classifier.parameters)
      if !resume { show(outcome, of: initial.path) }
    }
    let training = configuration.training
    let augmenter = try ClassAugmenter(
      set: sets.training, inputSize: classifier.inputSize, resizedSide: configuration.classifier.resizedSide,
      configuration: training.classAugmentation)
    let trainer = Trainer(
      classifier: classifier,
      batches: try ShuffledBatches(augmenter, batchSize: training.batchSize, seed: training.seed),
      configuration: training, folder: TrainingFolder(path: output), trainingDataHash: sets.training.fingerprint,
      modelSettings: settings, runConfiguration: configuration, threadCount: KernelThreads.count,
      validate: sets.validation.map { held in { try Self.validate($0, on: held) } })
    try finish(trainer.run(resuming: resume))
  }

  private static func validate(_ classifier: any Classifier, on set: ClassifiedSet) throws -> ValidationResult {
    let evaluation = try ClassifierEvaluator().evaluate(classifier, on: set)
    if let failure = evaluation.failures.first { printError("peregrine: \(failure)") }
    return ValidationResult(topOne: evaluation.result.topOne.value, topFive: evaluation.result.topFive.value)
  }
}
