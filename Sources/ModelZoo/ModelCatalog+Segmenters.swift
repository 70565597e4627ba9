import Datasets
import DetectionUtilities
import Models

extension ModelCatalog {
  /// A segmenter of a model that was read.
  ///
  /// Throws a `ModelFileError` that names the file and what is wrong in it.
  public static func segmenter(
    of model: LoadedModel, options: ModelOptions = ModelOptions()
  ) throws -> any Segmenter {
    try model.namingFile { try architecture(ofSegmenter: model).segmenter(of: model, options: options) }
  }

  /// Whether a model says of every pixel what it belongs to.
  public static func isSegmenter(_ model: LoadedModel) -> Bool { (try? architecture(ofSegmenter: model)) != nil }

  /// Whether a configuration is a segmenter's.
  public static func isSegmenter(_ configuration: RunConfiguration) -> Bool {
    configuration.detector.architecture is any SegmenterArchitecture.Type
  }

  /// A segmenter with random weights, ready to be trained on a set.
  ///
  /// - Parameter initial: a model whose matching parameters it will be given.
  /// - Throws: what is wrong with the configuration, and a `DatasetError` that names an image smaller than the network's
  ///   stride.
  public static func trainableSegmenter(
    _ configuration: RunConfiguration, set: SegmentedSet, initial: LoadedModel? = nil
  ) throws -> any TrainableSegmenter {
    func make<Architecture: SegmenterArchitecture>(_ architecture: Architecture.Type) throws -> any TrainableSegmenter {
      var generator = SeededGenerator(seed: configuration.training.seed)
      try set.check(stride: architecture.stride(configuration[architecture]))
      return try architecture.trainable(
        configuration[architecture], from: set, initial: initial, precision: configuration.training.precision,
        using: &generator)
    }
    guard let architecture = configuration.detector.architecture as? any SegmenterArchitecture.Type else {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a segmenter")
    }
    return try make(architecture)
  }
}
