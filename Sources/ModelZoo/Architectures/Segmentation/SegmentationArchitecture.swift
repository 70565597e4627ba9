import Backbones
import ComputeGraph
import Datasets
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Segmentation
import Tensors

/// A network that says of every pixel what it belongs to.
public enum SegmentationArchitecture: SegmenterArchitecture {
  public static let name = ImageSegmenter.architecture
  public static let section = "segmenter"
  public static var defaultConfiguration: SegmenterConfiguration { SegmenterConfiguration() }

  public static func configuration(of model: LoadedModel) throws -> SegmenterConfiguration? {
    try ImageSegmenter.configuration(of: model.file, path: model.path)
  }

  /// For the networks that begin with any backbone.
  public static func use(_ backbone: BackboneConfiguration, in configuration: inout SegmenterConfiguration) {
    if configuration.network.hasChosenBackbone { configuration.backbone = backbone }
  }

  public static func networks(_ configuration: SegmenterConfiguration, classCount: Int) throws -> ModelNetworks {
    try configuration.validate()
    try SegmenterConfiguration.check(classCount: classCount)
    return ModelNetworks(
      segmenter: configuration.graph(classCount: classCount), inputChannels: configuration.inputChannels,
      inputSize: configuration.inputSize)
  }

  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    let configuration = try ImageSegmenter.configuration(of: model.file, path: model.path)
    return ModelNetworks(
      segmenter: configuration.graph(classCount: model.file.classes.count),
      inputChannels: configuration.inputChannels, inputSize: model.file.preprocessing.inputSize)
  }

  public static func segmenter(of model: LoadedModel, options: ModelOptions) throws -> any Segmenter {
    try ImageSegmenter(model.file, path: model.path, options: options)
  }

  public static func trainable(
    _ configuration: SegmenterConfiguration, from set: SegmentedSet, initial: LoadedModel?,
    precision: TrainingPrecision, using generator: inout SeededGenerator
  ) throws -> any TrainableSegmenter {
    try configuration.validate()
    return try TrainableImageSegmenter(
      configuration, classes: set.classes.map { ModelFile.Label(name: $0.name, id: $0.id) },
      pixelCounts: set.pixelCounts, preprocessing: initial?.file.preprocessing,
      origin: TrainingOrigin(model: initial?.weights.fingerprint), precision: precision, using: &generator)
  }

  public static func stride(_ configuration: SegmenterConfiguration) -> Int { configuration.network.stride }
}

extension RunConfiguration {
  public var segmenter: SegmenterConfiguration {
    get { self[SegmentationArchitecture.self] }
    set { self[SegmentationArchitecture.self] = newValue }
  }
}
