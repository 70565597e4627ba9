import DetectionUtilities
import Foundation
import Models
import YOLO

/// Networks of Darknet's `.cfg` files: the grid heads of their authors, and what else such a file describes.
public enum DarknetArchitecture: WeightsFileArchitecture {
  public static let name = DarknetModel.architecture
  public static let section = "darknet"
  public static var defaultConfiguration: DarknetTrainingConfiguration { DarknetTrainingConfiguration() }
  public static var headlessModels: [String: String] {
    [DarknetModel.headlessArchitecture: "a Darknet network without a detection head"]
  }
  /// Reports tell single-stage detectors from two-stage ones.
  public static var reportName: String { YOLOArchitecture.reportName }

  /// None: the network stays with the model. The layers of one without a head serve a network of the same first layers,
  /// whose `.cfg` the configuration names.
  public static func configuration(of model: LoadedModel) throws -> DarknetTrainingConfiguration? { nil }

  public static func networks(
    _ configuration: DarknetTrainingConfiguration, classCount: Int
  ) throws -> ModelNetworks {
    let file = try DarknetConfigurationFile(contentsOf: configuration.cfg)
    _ = try DarknetNetwork(file)
    let network = try DarknetNetwork(file.withClasses(classCount))
    return ModelNetworks(singleStage: network.graph, inputSize: network.inputSize)
  }

  /// The text of its `.cfg` holds the size that it came with.
  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    ModelNetworks(
      singleStage: try DarknetModel.read(model.original, path: model.path).network.graph,
      inputSize: model.file.preprocessing.inputSize)
  }

  public static func detector(of model: LoadedModel, options: ModelOptions) throws -> any Detector {
    try YOLODetector(darknet: model.file, network: model.original, path: model.path, options: options)
  }

  public static func trainable(
    _ configuration: inout DarknetTrainingConfiguration, from start: TrainingStart,
    using generator: inout SeededGenerator
  ) throws -> any TrainableDetector {
    try TrainableYOLO(
      darknet: network(configuration, initial: start.initial), classes: start.classes, loss: configuration.loss,
      origin: start.origin, precision: start.precision, using: &generator)
  }

  /// The network that a run trains: the configuration's own, or that of the model that it starts from.
  private static func network(
    _ configuration: DarknetTrainingConfiguration, initial: LoadedModel?
  ) throws -> DarknetConfigurationFile {
    if !configuration.cfg.isEmpty { return try DarknetConfigurationFile(contentsOf: configuration.cfg) }
    guard let initial, initial.file.architecture == name else {
      throw DarknetError(
        path: "darknet.cfg", problem: "is not set; expected the path of a .cfg, or a Darknet model to start from")
    }
    let model = try DarknetModel.read(initial.file, path: initial.path).model
    return try DarknetConfigurationFile(model.configuration, path: initial.path)
  }

  public static func checkQuantization(of model: LoadedModel) throws {
    if model.file.preprocessing != model.original.preprocessing {
      throw ModelFileError.precision(
        path: model.path, problem: "is a Darknet network, which is brought into int8 at its own input size only")
    }
  }

  public static func weightsFile(of model: LoadedModel) throws -> Data {
    let (described, network) = try DarknetModel.read(model.file, path: model.path)
    return try DarknetWeights(header: described.header, parameters: model.file.parameters).bytes(of: network)
  }
}

extension RunConfiguration {
  public var darknet: DarknetTrainingConfiguration {
    get { self[DarknetArchitecture.self] }
    set { self[DarknetArchitecture.self] = newValue }
  }
}
