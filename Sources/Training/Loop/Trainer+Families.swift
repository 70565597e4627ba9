public import Augmentation
import DetectionUtilities
import ImageCodecs
public import Models

extension Trainer where Example == TrainingSample {
  /// Trains a detector. See ``init(model:batches:configuration:folder:trainingDataHash:modelSettings:runConfiguration:threadCount:measure:progress:interruption:)``.
  ///
  /// - Parameter validate: measures a detector on the validation images; without it the last model is also the best.
  public convenience init(
    detector: any TrainableDetector, batches: any TrainingBatchSource<TrainingSample>,
    configuration: TrainingConfiguration, folder: TrainingFolder, trainingDataHash: String,
    modelSettings: [String: String] = [:], runConfiguration: (any Encodable)? = nil, threadCount: Int? = nil,
    validate: Validation? = nil, progress: TrainingProgress = .standardError(),
    interruption: Interruption = Interruption()
  ) {
    let measure: Measurement? = validate.map { validate in
      { parameters in try validate(detector.makeDetector(parameters: parameters, options: .evaluation)) }
    }
    self.init(
      model: detector.asModel, batches: batches, configuration: configuration, folder: folder,
      trainingDataHash: trainingDataHash, modelSettings: modelSettings, runConfiguration: runConfiguration,
      threadCount: threadCount, measure: measure, progress: progress, interruption: interruption)
  }
}

extension Trainer where Example == ClassifiedSample {
  /// Trains a classifier, as the other way to make one trains a detector.
  ///
  /// - Parameter validate: measures a classifier on the validation images; without it the last model is also the best.
  public convenience init(
    classifier: any TrainableClassifier, batches: any TrainingBatchSource<ClassifiedSample>,
    configuration: TrainingConfiguration, folder: TrainingFolder, trainingDataHash: String,
    modelSettings: [String: String] = [:], runConfiguration: (any Encodable)? = nil, threadCount: Int? = nil,
    validate: ((any Classifier) throws -> ValidationResult)? = nil, progress: TrainingProgress = .standardError(),
    interruption: Interruption = Interruption()
  ) {
    let measure: Measurement? = validate.map { validate in
      { parameters in try validate(classifier.makeClassifier(parameters: parameters, options: ModelOptions())) }
    }
    self.init(
      model: classifier.asModel, batches: batches, configuration: configuration, folder: folder,
      trainingDataHash: trainingDataHash, modelSettings: modelSettings, runConfiguration: runConfiguration,
      threadCount: threadCount, measure: measure, progress: progress, interruption: interruption)
  }
}

extension Trainer where Example == SegmentedSample {
  /// Trains a segmenter, as the other ways to make one train a detector or a classifier.
  ///
  /// - Parameter validate: measures a segmenter on the validation images; without it the last model is also the best.
  public convenience init(
    segmenter: any TrainableSegmenter, batches: any TrainingBatchSource<SegmentedSample>,
    configuration: TrainingConfiguration, folder: TrainingFolder, trainingDataHash: String,
    modelSettings: [String: String] = [:], runConfiguration: (any Encodable)? = nil, threadCount: Int? = nil,
    validate: ((any Segmenter) throws -> ValidationResult)? = nil, progress: TrainingProgress = .standardError(),
    interruption: Interruption = Interruption()
  ) {
    let measure: Measurement? = validate.map { validate in
      { parameters in try validate(segmenter.makeSegmenter(parameters: parameters, options: ModelOptions())) }
    }
    self.init(
      model: segmenter.asModel, batches: batches, configuration: configuration, folder: folder,
      trainingDataHash: trainingDataHash, modelSettings: modelSettings, runConfiguration: runConfiguration,
      threadCount: threadCount, measure: measure, progress: progress, interruption: interruption)
  }
}

// The compiler converts no existential of a protocol to one of the protocol that it refines.
extension TrainableDetector {
  fileprivate var asModel: any TrainableModel<[LabelledBox]> { self }
}

extension TrainableClassifier {
  fileprivate var asModel: any TrainableModel<ClassTarget> { self }
}

extension TrainableSegmenter {
  fileprivate var asModel: any TrainableModel<LabelMap> { self }
}
