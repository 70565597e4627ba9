import ComputeGraph
import Tensors

/// Where a plan takes and gives maps in the kernels' own order instead of the plain one, for another plan or a kernel
/// of ours to write and read in place: see ``BlockedMap``.
public struct ZeroCopyBindings: Hashable, Sendable {
  /// Whether the input is written as a blocked map. It then has at least 8 channels.
  public var input: Bool
  /// Positions in the graph's list of outputs; these have four extents.
  public var outputs: Set<Int>

  public init(input: Bool = false, outputs: Set<Int> = []) {
    self.input = input
    self.outputs = outputs
  }

  /// Throws a `GraphError` where a plan cannot have these bindings.
  func check(_ graph: Graph, shapes: [TensorShape]) throws(GraphError) {
    if input, shapes[0][1] < 8 {
      throw .shape(layer: graph.nodes[0].name, found: [shapes[0]], expected: "at least 8 channels in a blocked input")
    }
    for position in outputs {
      guard graph.outputs.indices.contains(position) else { preconditionFailure("there is no output \(position)") }
      let index = graph.outputs[position]
      if shapes[index].rank != 4 {
        throw .shape(layer: graph.nodes[index].name, found: [shapes[index]], expected: "N×C×H×W in a blocked output")
      }
    }
  }
}
