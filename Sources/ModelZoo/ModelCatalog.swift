import Datasets
import DetectionUtilities
import Detectors
import FasterRCNN
import Foundation
import ImageCodecs
import NeuralNetwork
import Training
import WeightImport
import YOLO

/// The one place that knows every family of detector: the rest of the program holds a `Detector`.
public enum ModelCatalog {
  /// Opens a model file.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public static func detector(
    model path: String, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try detector(model: .file(path), options: options)
  }

  /// Opens a model file or the model inside the program.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the source and what is wrong in it.
  ///
  /// - Parameter twoStage: how a two-stage detector is run; nil for as it was trained. Refused for other families.
  public static func detector(
    model source: ModelSource, twoStage: TwoStageOptions? = nil, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try detector(of: source.read(), path: source.description, twoStage: twoStage, options: options)
  }

  /// A detector of a model file that was read from `path`, or that is not written yet.
  ///
  /// Throws as ``detector(model:twoStage:options:)`` does.
  public static func detector(
    of file: ModelFile, path: String, twoStage: TwoStageOptions? = nil, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try namingFile(path) {
      let family = try Family(of: file, path: path)
      if twoStage != nil && family != .fasterRCNN {
        throw ModelFileError.metadata(
          path: path, key: "peregrine.architecture",
          problem: "is \(file.architecture), which sees an image in one stage; expected a two-stage detector "
            + "(\(FasterRCNNDetector.architecture))")
      }
      switch family {
      case .yolo: return try YOLODetector(file, path: path, options: options)
      case .darknet: return try YOLODetector(darknet: file, path: path, options: options)
      case .fasterRCNN:
        return try FasterRCNNDetector(file, path: path, twoStage: twoStage ?? TwoStageOptions(), options: options)
      }
    }
  }

  /// Turns what a network says of a model's weights and precision into an error that names the file.
  static func namingFile<Detector>(_ path: String, _ body: () throws -> Detector) throws -> Detector {
    do {
      return try body()
    } catch let error as GraphError {
      throw ModelFileError.weights(path: path, problem: "\(error)")
    } catch let error as PrecisionError {
      throw ModelFileError.precision(path: path, problem: "\(error)")
    }
  }

  /// A detector with random weights, ready to be trained on a dataset. Fills what the configuration leaves to the
  /// data, such as anchors.
  ///
  /// - Parameters:
  ///   - backbone: what it starts from instead; of the same network.
  ///   - initial: a model whose matching parameters it starts from instead.
  public static func trainable(
    _ configuration: inout RunConfiguration, dataset: LabelledDataset, backbone: BackboneWeights? = nil,
    initial: InitialModel? = nil
  ) throws -> any TrainableDetector {
    let labels = dataset.classes.map { ModelFile.Label(name: $0.name, id: $0.id) }
    let origin = TrainingOrigin(model: initial?.weights.fingerprint)
    var generator = SeededGenerator(seed: configuration.training.seed)
    switch configuration.detector {
    case .yolo:
      try configuration.yolo.validate()
      if configuration.yolo.anchors.isEmpty {
        configuration.yolo.anchors = try configuration.yolo.fittedAnchors(
          to: dataset.images.map { (size: $0.size, boxes: $0.objects.filter { !$0.isCrowd }.map(\.box)) },
          using: &generator)
      }
      return try TrainableYOLO(
        configuration.yolo, classes: labels,
        preprocessing: initial?.file.preprocessing, backbone: backbone,
        origin: origin, using: &generator)
    case .fasterRCNN:
      try configuration.fasterRCNN.validate()
      return try TrainableFasterRCNN(
        configuration.fasterRCNN, classes: labels,
        preprocessing: initial?.file.preprocessing, backbone: backbone,
        origin: origin, using: &generator)
    case .darknet:
      return try TrainableYOLO(
        darknet: darknetNetwork(configuration, initial: initial), classes: labels, loss: configuration.darknet.loss,
        origin: origin, using: &generator)
    }
  }

  /// The network that a Darknet run trains: the configuration's own, or that of the model that it starts from.
  private static func darknetNetwork(
    _ configuration: RunConfiguration, initial: InitialModel?
  ) throws -> DarknetConfigurationFile {
    if !configuration.darknet.cfg.isEmpty { return try DarknetConfigurationFile(contentsOf: configuration.darknet.cfg) }
    guard let initial, initial.file.architecture == DarknetModel.architecture else {
      throw DarknetError(
        path: "darknet.cfg", problem: "is not set; expected the path of a .cfg, or a Darknet model to start from")
    }
    let model = try DarknetModel.read(initial.file, path: initial.path).model
    return try DarknetConfigurationFile(model.configuration, path: initial.path)
  }

  /// The network of a configuration, for `inspect` and `benchmark`; of two stages, the first.
  public static func graph(
    _ configuration: RunConfiguration, classCount: Int
  ) throws -> (graph: Graph, input: ImageSize) {
    switch configuration.detector {
    case .yolo:
      try configuration.yolo.validate()
      return (YOLONetwork(configuration.yolo, classCount: classCount).graph, configuration.yolo.inputSize)
    case .fasterRCNN:
      try configuration.fasterRCNN.validate()
      return (
        FasterRCNNNetwork(configuration.fasterRCNN, classCount: classCount).trunk, configuration.fasterRCNN.inputSize
      )
    case .darknet:
      let file = try DarknetConfigurationFile(contentsOf: configuration.darknet.cfg)
      _ = try DarknetNetwork(file)
      let network = try DarknetNetwork(file.withClasses(classCount))
      return (network.graph, network.inputSize)
    }
  }

  /// The network and weights of a model file; of two stages, the first's network.
  public static func network(
    model path: String
  ) throws -> (graph: Graph, parameters: ParameterStore, input: ImageSize, file: ModelFile) {
    let file = try ModelFile(contentsOf: path)
    return (try graph(of: file, path: path), file.parameters, file.preprocessing.inputSize, file)
  }

  /// The network of a model file that was read from `path`; of two stages, the first's.
  static func graph(of file: ModelFile, path: String) throws -> Graph {
    if file.architecture == DarknetModel.headlessArchitecture {
      return try DarknetModel.read(file, path: path).network.graph
    }
    return switch try Family(of: file, path: path) {
    case .yolo: YOLONetwork(try YOLODetector.configuration(of: file, path: path), classCount: file.classes.count).graph
    case .fasterRCNN:
      FasterRCNNNetwork(
        try FasterRCNNDetector.configuration(of: file, path: path), classCount: file.classes.count
      ).trunk
    case .darknet: try DarknetModel.read(file, path: path).network.graph
    }
  }

  private typealias Family = RunConfiguration.Family
}
