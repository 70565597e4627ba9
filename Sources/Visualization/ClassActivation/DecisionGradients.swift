import ComputeGraph
import DetectionUtilities
import Models
import NetworkPlans
import Tensors

/// An image in a network, ready to be asked which elements of a layer a decision's score depends on.
///
/// The network computes as in inference: batch normalisation with its running statistics, no dropout.
public final class DecisionGradients {
  public let decisions: [Decision]
  public let layers: [NetworkLayer]
  private let areLayersNamed: Bool
  private let network: ExplainableNetwork
  private let plan: TrainingPlan
  private let outputs: [Tensor]

  /// Runs an image through the network.
  ///
  /// Throws an ``UnknownLayer``, a ``NoMap`` for a layer whose result has no rows and columns, a `GraphError` or a
  /// `KernelError`.
  ///
  /// - Parameter names: of layers; nil for the last maps whose neighbouring elements the network brings together, of which a
  ///   decision is followed back to the nearest that it depends on.
  public init(
    _ network: ExplainableNetwork, input: NetworkInput, layers names: [String]?, options: DetectionOptions
  ) throws {
    self.network = network
    var (graph, parameters) = network.graph.freezingNormalization(network.parameters)
    graph.apply(.removeDropout, parameters: &parameters)
    let known = try graph.layers(input: input.shape)
    areLayersNamed = names != nil
    layers = try names?.map { try known.map(named: $0) } ?? graph.lastJoinedMaps(known)
    plan = try TrainingPlan(
      graph, inputShape: input.shape, needsInputGradient: true, passes: [], observing: Set(layers.map(\.index)))
    outputs = try plan.forward(parameters: parameters, filling: input.write)
    decisions = try network.head.decisions(outputs, options: options)
  }

  /// What each layer computed and the gradient of a decision's score with respect to it, in the layers' order; nil where the
  /// head does not know how the score came about. A layer that the score does not depend on has a gradient of zeros.
  public func gradients(of decision: Decision) throws -> [(layer: NetworkLayer, value: Tensor, gradient: Tensor)]? {
    guard let outputGradients = try network.head.scoreGradient(of: decision, outputs: outputs) else { return nil }
    _ = try plan.backward(outputGradients)
    var result: [(layer: NetworkLayer, value: Tensor, gradient: Tensor)] = []
    for layer in layers {
      guard let value = plan.value(of: layer.index) else { continue }
      let gradient = plan.gradient(of: layer.index) ?? Tensor(zeros: value.shape)
      if areLayersNamed || gradient.values.contains(where: { $0 != 0 }) { result.append((layer, value, gradient)) }
    }
    if areLayersNamed { return result }
    return result.max { $0.layer.index < $1.layer.index }.map { [$0] } ?? []
  }
}
