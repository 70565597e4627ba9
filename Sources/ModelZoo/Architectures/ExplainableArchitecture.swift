import Classification
import FasterRCNN
import Models
import YOLO

/// A family whose models are one network from images to what is decided, so that a decision can be followed back to the
/// pixels.
public protocol ExplainableArchitecture: ModelArchitecture {
  /// Throws as ``DetectorArchitecture/detector(of:options:)`` does.
  static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork
}

extension YOLOArchitecture: ExplainableArchitecture {
  public static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork {
    let configuration = try YOLODetector.configuration(of: model.file, path: model.path)
    let classCount = model.file.classes.count
    return ExplainableNetwork(
      graph: YOLONetwork(configuration, classCount: classCount).graph, parameters: model.file.parameters,
      preprocessing: model.file.preprocessing, head: SingleStageHead.grid(configuration.head(classCount: classCount)))
  }
}

extension DarknetArchitecture: ExplainableArchitecture {
  public static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork {
    let network = try DarknetModel.read(model.original, path: model.path).network
    guard let head = network.head else { throw ModelFileError.noDetector(path: model.path, found: network.summary) }
    return ExplainableNetwork(
      graph: network.graph, parameters: model.file.parameters, preprocessing: model.file.preprocessing, head: head)
  }
}

/// The maps are the network's outputs; the head judges regions of them.
extension FasterRCNNArchitecture: ExplainableArchitecture {
  public static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork {
    let configuration = try FasterRCNNDetector.configuration(of: model.file, path: model.path)
    let network = FasterRCNNNetwork(configuration, classCount: model.file.classes.count)
    return ExplainableNetwork(
      graph: network.trunk, parameters: model.file.parameters, preprocessing: model.file.preprocessing,
      head: RegionDecisionHead(network, parameters: model.file.parameters))
  }
}

extension ClassificationArchitecture: ExplainableArchitecture {
  public static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork {
    let configuration = try ImageClassifier.configuration(of: model.file, path: model.path)
    return ExplainableNetwork(
      graph: configuration.graph(classCount: model.file.classes.count), parameters: model.file.parameters,
      preprocessing: model.file.preprocessing, view: configuration.view, head: LabelDecisionHead())
  }
}

extension ModelCatalog {
  /// A model as one network whose decisions can be followed back; nil for a family that cannot say how.
  ///
  /// Throws a `ModelFileError`, a `GraphError` where the weights are not the network's.
  public static func explainable(_ model: LoadedModel) throws -> ExplainableNetwork? {
    try model.namingFile {
      guard let architecture = try architecture(of: model) as? any ExplainableArchitecture.Type else { return nil }
      let network = try architecture.explainable(model)
      try network.graph.check(network.parameters)
      return network
    }
  }
}
