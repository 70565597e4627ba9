import Backbones
import Classification
import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A feature extractor and a head that says what an image shows.
public enum ClassificationArchitecture: ClassifierArchitecture {
  public static let name = ImageClassifier.architecture
  public static let section = "classifier"
  public static var defaultConfiguration: ClassifierConfiguration { ClassifierConfiguration() }

  public static func configuration(of model: LoadedModel) throws -> ClassifierConfiguration? {
    try ImageClassifier.configuration(of: model.file, path: model.path)
  }

  public static func networks(_ configuration: ClassifierConfiguration, classCount: Int) throws -> ModelNetworks {
    try configuration.validate()
    try ClassifierConfiguration.check(classCount: classCount)
    return ModelNetworks(
      classifier: configuration.graph(classCount: classCount), inputChannels: configuration.inputChannels,
      inputSize: configuration.inputSize)
  }

  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    let configuration = try ImageClassifier.configuration(of: model.file, path: model.path)
    return ModelNetworks(
      classifier: configuration.graph(classCount: model.file.classes.count),
      inputChannels: configuration.inputChannels, inputSize: model.file.preprocessing.inputSize)
  }

  public static func classifier(of model: LoadedModel, options: ModelOptions) throws -> any Classifier {
    try ImageClassifier(model.file, path: model.path, options: options)
  }

  public static func trainable(
    _ configuration: ClassifierConfiguration, classes: [ModelFile.Label], initial: LoadedModel?,
    precision: TrainingPrecision, using generator: inout SeededGenerator
  ) throws -> any TrainableClassifier {
    try configuration.validate()
    return try TrainableImageClassifier(
      configuration, classes: classes, preprocessing: initial?.file.preprocessing,
      origin: TrainingOrigin(model: initial?.weights.fingerprint), precision: precision, using: &generator)
  }

  public static func backbone(of model: LoadedModel) throws -> BackboneWeights? {
    let configuration = try ImageClassifier.configuration(of: model.file, path: model.path)
    guard let network = configuration.network.backbone else { return nil }
    var trunk = ParameterStore()
    for name in model.file.parameters.names {
      if let ours = network.parameterName(name) { trunk[ours] = model.file.parameters[name] }
    }
    // Colours as the trunk knows them; an image's proportions are the detector's own affair.
    var preprocessing = model.file.preprocessing
    preprocessing.resize = .letterbox
    return BackboneWeights(trunk: trunk, preprocessing: preprocessing, source: model.path)
  }
}

extension RunConfiguration {
  public var classifier: ClassifierConfiguration {
    get { self[ClassificationArchitecture.self] }
    set { self[ClassificationArchitecture.self] = newValue }
  }
}
