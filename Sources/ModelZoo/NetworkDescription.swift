import Backbones
import DetectionUtilities
import Detectors
import FasterRCNN
import Foundation
import ImageCodecs
import NeuralNetwork
import Tensors
import Training

/// A network with weights, whatever it came from: what `inspect` and `benchmark` look at.
public struct NetworkDescription {
  public var graph: Graph
  public var parameters: ParameterStore
  public var inputSize: ImageSize
  /// What it computes with.
  public var precision = Precision.float32
  /// The second stage, where there is one: its network, and how many regions of an image it judges at most.
  public var regionHead: (graph: Graph, input: TensorShape, regions: Int)?
  /// What a model file says of itself, line by line.
  public var facts: [String] = []
  /// The batch size that a configuration trains with.
  public var trainingBatchSize = 8

  /// Opens a model file, a configuration (with random weights), or a backbone by name (`resnet18`, `resnet34`,
  /// `resnet50`: the trunk up to its last stage).
  ///
  /// Throws an error that names the file and what was expected.
  public static func open(_ name: String, classCount: Int) throws -> NetworkDescription {
    var generator = SeededGenerator(seed: 0)
    if name.hasPrefix("resnet"), let number = Int(name.dropFirst(6)),
      let depth = ResNetConfiguration.Depth(rawValue: number)
    {
      let graph = Graph(inputChannels: 3) { [ResNet(ResNetConfiguration(depth: depth))($0)[3]] }
      return NetworkDescription(
        graph: graph, parameters: graph.initialParameters(using: &generator),
        inputSize: ImageSize(width: 320, height: 320))
    }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let configuration = try ConfigurationFile.read(name, over: RunConfiguration())
      let (graph, input) = try ModelCatalog.graph(configuration, classCount: classCount)
      return NetworkDescription(
        graph: graph, parameters: graph.initialParameters(using: &generator), inputSize: input,
        regionHead: configuration.detector == .fasterRCNN
          ? regionHead(configuration.fasterRCNN, classCount: classCount) : nil,
        trainingBatchSize: configuration.training.batchSize)
    }
    let (graph, parameters, input, file) = try ModelCatalog.network(model: name)
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
    facts.append("backbone: \(BackboneWeights(of: parameters, source: name).fingerprint)")
    if let initial = file.provenance.initialModel { facts.append("trained from model: \(initial)") }
    for source in file.provenance.sourceFiles ?? [] {
      facts.append("imported from: \(source.name), SHA-256 \(source.sha256)")
    }
    if let initial = file.provenance.initialBackbone { facts.append("trained from backbone: \(initial)") }
    return NetworkDescription(
      graph: graph, parameters: parameters, inputSize: input, precision: file.precision,
      regionHead: file.architecture == FasterRCNNDetector.architecture
        ? regionHead(try FasterRCNNDetector.configuration(of: file, path: name), classCount: file.classes.count) : nil,
      facts: facts)
  }

  static func regionHead(
    _ configuration: FasterRCNNConfiguration, classCount: Int
  ) -> (graph: Graph, input: TensorShape, regions: Int) {
    let side = configuration.regions.poolingSize
    return (
      FasterRCNNNetwork(configuration, classCount: classCount).regionHead,
      [1, configuration.pyramid.channels, side, side], configuration.proposals.count
    )
  }

  /// Shape of a batch at the network's own size, or of square images.
  public func inputShape(batch: Int, side: Int?) -> TensorShape {
    [batch, 3, side ?? inputSize.height, side ?? inputSize.width]
  }
}
