import Backbones
import Classification
import ComputeGraph
import DetectionUtilities
import Foundation
import ImageCodecs
import Models
import NetworkPlans
import Tensors
import Training

/// A network with weights, whatever it came from: what `inspect` and `benchmark` look at.
public struct NetworkDescription {
  public var graph: Graph
  public var parameters: ParameterStore
  public var inputSize: ImageSize
  /// 3, or 1 for brightness.
  public var inputChannels = 3
  /// What it computes with.
  public var precision = Precision.float32
  /// The second stage, where there is one.
  public var regionHead: ModelNetworks.RegionHead?
  public var maskHead: ModelNetworks.RegionHead?
  /// What a model file says of itself, line by line.
  public var facts: [String] = []
  /// The batch size that a configuration trains with.
  public var trainingBatchSize = 8

  /// Opens a model file, a configuration (with random weights), or a network by name: a classifier (`alexnet`), or, where no
  /// number of classes is given, a backbone (`resnet18`, `resnet34`, `resnet50`: the trunk up to its last stage).
  ///
  /// - Parameter classCount: nil for what is usual: 80 of a detector, 1,000 of a named classifier, 10 of a configured one, 21 of a
  ///   segmenter.
  ///
  /// Throws an error that names the file and what was expected.
  public static func open(_ name: String, classCount: Int? = nil) throws -> NetworkDescription {
    var generator = SeededGenerator(seed: 0)
    if classCount == nil, name.hasPrefix("resnet"), let number = Int(name.dropFirst(6)),
      let depth = ResNetConfiguration.Depth(rawValue: number)
    {
      let graph = Graph(inputChannels: 3) { [ResNet(ResNetConfiguration(depth: depth))($0)[3]] }
      return NetworkDescription(
        graph: graph, parameters: graph.initialParameters(using: &generator),
        inputSize: ImageSize(width: 320, height: 320))
    }
    if let network = ClassifierNetwork(rawValue: name) {
      return try classifier(network, classCount: classCount ?? 1000)
    }
    if ConfigurationFile.isNamed(by: name) {
      let configuration = try ConfigurationFile.read(name, over: RunConfiguration())
      let usual =
        switch configuration.detector.architecture {
        case is any ClassifierArchitecture.Type: 10
        case is any SegmenterArchitecture.Type: 21
        default: 80
        }
      let networks = try ModelCatalog.networks(configuration, classCount: classCount ?? usual)
      return NetworkDescription(
        graph: networks.image.graph, parameters: networks.image.graph.initialParameters(using: &generator),
        inputSize: networks.inputSize, inputChannels: networks.image.inputShape[1], regionHead: networks.regionHead,
        maskHead: networks.maskHead, trainingBatchSize: configuration.training.batchSize)
    }
    return try NetworkDescription(of: LoadedModel(contentsOf: name))
  }

  /// Has it computed in a precision. Throws as `LoadedModel.computed(in:)` does.
  public mutating func compute(in wanted: RequestedPrecision, path: String) throws {
    try wanted.check(for: precision, path: path)
    if case .int8 = precision { return }
    precision = wanted == .bf16 ? .bfloat16 : .float32
  }

  /// Shape of a batch at the network's own size, or of square images.
  public func inputShape(batch: Int, side: Int?) -> TensorShape {
    [batch, inputChannels, side ?? inputSize.height, side ?? inputSize.width]
  }

  /// A network that is known by its name, as it is published.
  private static func classifier(_ network: ClassifierNetwork, classCount: Int) throws -> NetworkDescription {
    var configuration = ClassifierConfiguration()
    configuration.network = network
    if ClassifierNetwork.importable.contains(network), !network.isForSmallImages {
      configuration.inputSize = ImageSize(width: 224, height: 224)
    }
    var generator = SeededGenerator(seed: 0)
    let image = try ClassificationArchitecture.networks(configuration, classCount: classCount).image
    return NetworkDescription(
      graph: image.graph, parameters: image.graph.initialParameters(using: &generator),
      inputSize: configuration.inputSize)
  }
}

extension NetworkDescription {
  private init(of model: LoadedModel) throws {
    let file = model.file
    let networks = try ModelCatalog.networks(of: model)
    self.init(
      graph: networks.image.graph, parameters: file.parameters, inputSize: file.preprocessing.inputSize,
      inputChannels: networks.image.inputShape[1],
      precision: file.precision, regionHead: networks.regionHead, maskHead: networks.maskHead,
      facts: Self.facts(of: model))
  }

  private static func facts(of model: LoadedModel) -> [String] {
    let file = model.file
    var facts = [
      "architecture: \(file.architecture)",
      "precision: \(file.quantization?.summary ?? "f32")",
      file.classes.isEmpty
        ? "head: none, it finds no boxes"
        : "classes: \(file.classes.map { "\($0.id) \($0.name)" }.joined(separator: ", "))",
    ]
    facts += file.provenance.metrics.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if !file.provenance.licence.isEmpty { facts.append("licence: \(file.provenance.licence)") }
    if !file.provenance.trainingDataHash.isEmpty {
      facts.append("training data: \(file.provenance.trainingDataHash)")
    }
    let backbone = BackboneWeights(of: file.parameters, source: model.path)
    if backbone.parameters.count > 0 { facts.append("backbone: \(backbone.fingerprint)") }
    if let initial = file.provenance.initialModel { facts.append("trained from model: \(initial)") }
    for source in file.provenance.sourceFiles ?? [] {
      facts.append("imported from: \(source.name), SHA-256 \(source.sha256)")
    }
    if let initial = file.provenance.initialBackbone { facts.append("trained from backbone: \(initial)") }
    return facts
  }
}
