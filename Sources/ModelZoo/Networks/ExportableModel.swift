import ComputeGraph
import DetectionUtilities
import NetworkPlans
import Tensors

/// A detector's networks, with what another program must know to run them.
public struct ExportableModel: Sendable {
  public var networks: [ModelNetwork]
  public var parameters: ParameterStore
  /// Whether the model computes in 8-bit integers, which the parameters stand for.
  public var isQuantized = false
  /// Architecture, configuration, class names, preprocessing and origin; JSON where they have parts.
  public var metadata: [String: String]

  /// Random inputs (uniform from −1 to 1) and what the networks answer, under the names of inputs and outputs, so that
  /// another program can be checked against ours. Networks that judge regions are given three.
  ///
  /// Throws a `KernelError` when oneDNN cannot compute a layer.
  public func reference(seed: UInt64) throws -> ParameterStore {
    var generator = SeededGenerator(seed: seed)
    var result = ParameterStore()
    for network in networks {
      var shape = network.inputShape
      if network.hasVariableBatch { shape[0] = 3 }
      let input = Tensor(
        shape: shape,
        values: (0..<shape.elementCount).map { _ in Float(generator.uniform(-1, 1)) })
      let plan = try InferencePlan(network.graph, parameters: parameters, inputShape: shape)
      result[network.inputName] = input
      for (name, output) in zip(network.outputNames, try plan.run(input)) { result[name] = output }
    }
    return result
  }
}
