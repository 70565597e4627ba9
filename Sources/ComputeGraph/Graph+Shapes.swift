import Tensors

extension Graph {
  /// The shape of every node's result for an input of the given shape (N×C×H×W).
  ///
  /// Throws a ``GraphError`` naming the first layer that does not fit.
  public func shapes(input: TensorShape) throws(GraphError) -> [TensorShape] {
    var result: [TensorShape] = []
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.isEmpty ? [input] : node.inputs.map { result[$0] }
      do throws(ShapeMismatch) {
        result.append(try node.operation.outputShape(inputs))
      } catch {
        throw .shape(layer: layerNames[index], found: inputs, expected: error.expected)
      }
    }
    return result
  }
}

extension Graph {
  /// Throws when a parameter is missing or has another shape than the graph says.
  public func check(_ store: ParameterStore) throws(GraphError) {
    for specification in parameters {
      let found = store[specification.name]?.shape
      if found != specification.shape {
        throw .parameter(name: specification.name, found: found, expected: specification.shape)
      }
    }
  }
}
