import Foundation
import ImageCodecs
import Models

/// What a model file keeps of an imported Darknet network: the text of its `.cfg`, which says everything about the graph
/// and the head, and the header of its weights.
public struct DarknetModel: Codable, Hashable, Sendable {
  /// The family's name in model files.
  public static let architecture = "darknet"
  /// What stands for it in the file of a network without a head: a classifier, or the first layers of a detector.
  public static let headlessArchitecture = "darknet-network"

  /// The `.cfg`, as it was read.
  public var configuration: String
  public var header: DarknetWeights.Header

  public init(configuration: String, header: DarknetWeights.Header) {
    self.configuration = configuration
    self.header = header
  }
}

extension DarknetModel {
  /// What a model file holds of a Darknet network, and that network.
  ///
  /// Throws a `ModelFileError` where the file's metadata are not what this program writes.
  public static func read(
    _ file: ModelFile, path: String
  ) throws -> (model: DarknetModel, network: DarknetNetwork) {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard let model = try? JSONDecoder().decode(DarknetModel.self, from: file.configuration) else {
      throw failure("is not a Darknet network of this version")
    }
    let network: DarknetNetwork
    do {
      network = try DarknetNetwork(DarknetConfigurationFile(model.configuration, path: "cfg"))
    } catch {
      throw failure("cannot be used: \(error)")
    }
    let classCount = network.head?.classCount ?? network.lastShape.channels
    guard file.classes.count == classCount || network.head == nil && file.classes.isEmpty else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.classes",
        problem: "names \(file.classes.count) classes, the network has \(classCount)")
    }
    guard file.preprocessing.inputSize == network.inputSize else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "has an input of \(file.preprocessing.inputSize), the network one of \(network.inputSize)")
    }
    return (model, network)
  }
}

extension YOLODetector {
  /// A detector from the model file of a Darknet network, which was read from `path`.
  ///
  /// - Parameter original: the file that describes the network, where `file` was brought to another input size than its
  ///   `.cfg` states.
  public convenience init(
    darknet file: ModelFile, network original: ModelFile? = nil, path: String, options: ModelOptions = ModelOptions()
  ) throws {
    let network = try DarknetModel.read(original ?? file, path: path).network
    guard let head = network.head else { throw ModelFileError.noDetector(path: path, found: network.summary) }
    try self.init(
      graph: network.graph, head: head, classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision, options: options)
  }
}
