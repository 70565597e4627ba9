import ComputeGraph

/// Which nodes of a graph compute in bf16, and which of their values are kept in it, given the convolutions that do.
package struct BFloat16Layers {
  /// The convolutions, and what passes their values on to others of them: pooling, sums with anything, concatenation.
  package private(set) var nodes: Set<Int> = []
  /// Of them those whose value is kept in bf16; the others' is floats, since only floats are read.
  package private(set) var kept: Set<Int> = []
  /// Values in floats that are needed in bf16 as well.
  package private(set) var rounded: Set<Int> = []
  /// Values in bf16 that are needed in floats as well.
  package private(set) var widened: Set<Int> = []

  /// - Parameter canPass: by node, whether it can take and give bf16.
  package init(_ graph: Graph, convolutions: Set<Int>, canPass: [Bool]) {
    for (index, node) in graph.nodes.enumerated() {
      let isSum = node.operation is AdditionOperation
      let passes = isSum ? node.inputs.contains(where: nodes.contains) : node.inputs.allSatisfy(nodes.contains)
      if convolutions.contains(index) || canPass[index] && passes { nodes.insert(index) }
    }
    // From the end, so that what passes values on is known to be read in bf16, or is left to floats.
    var isRead = [Bool](repeating: false, count: graph.nodes.count)
    for index in graph.nodes.indices.reversed() where nodes.contains(index) {
      let isConvolution = convolutions.contains(index)
      if isRead[index] { kept.insert(index) } else if !isConvolution { nodes.remove(index) }
      guard nodes.contains(index) else { continue }
      for (position, input) in graph.nodes[index].inputs.enumerated() {
        if position == 0 && isConvolution && graph.readsPlainInput(index) { continue }
        isRead[input] = true
      }
    }
    rounded = Set(graph.nodes.indices.filter { isRead[$0] && !kept.contains($0) })
    for (index, node) in graph.nodes.enumerated() where !nodes.contains(index) {
      widened.formUnion(node.elementInputs.filter(kept.contains))
    }
    widened.formUnion(graph.outputs.filter(kept.contains))
  }
}

extension Graph.Node {
  /// Whether it is a convolution or a fully connected layer.
  var multiplies: Bool { convolution != nil || operation is InnerProductOperation }
}
