import Backbones
import DetectionUtilities
import Detectors
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
      let (graph, input) = try DetectorFamilies.graph(configuration, classCount: classCount)
      return NetworkDescription(
        graph: graph, parameters: graph.initialParameters(using: &generator), inputSize: input,
        trainingBatchSize: configuration.training.batchSize)
    }
    let (graph, parameters, input, file) = try DetectorFamilies.network(model: name)
    var facts = [
      "architecture: \(file.architecture)",
      "classes: \(file.classes.map { "\($0.id) \($0.name)" }.joined(separator: ", "))",
    ]
    facts += file.provenance.metrics.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if !file.provenance.licence.isEmpty { facts.append("licence: \(file.provenance.licence)") }
    if !file.provenance.trainingDataHash.isEmpty {
      facts.append("training data: \(file.provenance.trainingDataHash)")
    }
    facts.append("backbone: \(BackboneWeights(of: parameters, source: name).fingerprint)")
    if let initial = file.provenance.initialBackbone { facts.append("trained from backbone: \(initial)") }
    return NetworkDescription(graph: graph, parameters: parameters, inputSize: input, facts: facts)
  }

  /// Shape of a batch at the network's own size, or of square images.
  public func inputShape(batch: Int, side: Int?) -> TensorShape {
    [batch, 3, side ?? inputSize.height, side ?? inputSize.width]
  }
}
