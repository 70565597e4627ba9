import DetectionUtilities
import Models

extension ModelCatalog {
  /// Opens a classifier's model file.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public static func classifier(
    model path: String, options: ModelOptions = ModelOptions()
  ) throws -> any Classifier {
    try classifier(of: LoadedModel(contentsOf: path), options: options)
  }

  /// A classifier of a model that was read. Throws as ``classifier(model:options:)`` does.
  public static func classifier(
    of model: LoadedModel, options: ModelOptions = ModelOptions()
  ) throws -> any Classifier {
    try model.namingFile { try architecture(ofClassifier: model).classifier(of: model, options: options) }
  }

  /// Whether a model says what an image shows as a whole, instead of finding objects.
  public static func isClassifier(_ model: LoadedModel) -> Bool { (try? architecture(ofClassifier: model)) != nil }

  /// Whether a configuration is a classifier's.
  public static func isClassifier(_ configuration: RunConfiguration) -> Bool {
    configuration.detector.architecture is any ClassifierArchitecture.Type
  }

  /// A classifier with random weights, ready to be trained.
  ///
  /// - Parameter initial: a model whose matching parameters it will be given.
  public static func trainableClassifier(
    _ configuration: RunConfiguration, classes: [ModelFile.Label], initial: LoadedModel? = nil
  ) throws -> any TrainableClassifier {
    func make<Architecture: ClassifierArchitecture>(_ architecture: Architecture.Type) throws -> any TrainableClassifier
    {
      var generator = SeededGenerator(seed: configuration.training.seed)
      return try architecture.trainable(
        configuration[architecture], classes: classes, initial: initial, precision: configuration.training.precision,
        using: &generator)
    }
    guard let architecture = configuration.detector.architecture as? any ClassifierArchitecture.Type else {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a classifier")
    }
    return try make(architecture)
  }

  /// The part of a model file that detectors share: of a detector, of a classifier or of a backbone alone.
  ///
  /// Throws as `ModelFile.init(contentsOf:)`, and a `ModelFileError` for a classifier whose network no detector begins with.
  public static func backboneWeights(model path: String) throws -> BackboneWeights {
    let model = try LoadedModel(contentsOf: path)
    guard isClassifier(model) else { return BackboneWeights(of: model.file.parameters, source: path) }
    guard let backbone = try architecture(ofClassifier: model).backbone(of: model) else {
      throw ModelFileError.weights(
        path: path, problem: "the classifier's network is no detector's backbone; expected a ResNet or a MobileNetV3")
    }
    return backbone
  }
}
