import Tensors

extension Graph {
  /// The graph with its running statistics as fixed numbers: every batch normalisation becomes a depthwise 1×1 convolution
  /// with weight γ/√(σ² + ε) and bias β − μ·γ/√(σ² + ε). Nodes keep their places and names.
  ///
  /// In inference it computes the same; a training plan of it gives the gradients of inference, which no batch changes.
  public func freezingNormalization(_ parameters: ParameterStore) -> (graph: Graph, parameters: ParameterStore) {
    var (graph, store) = (self, parameters)
    for (index, node) in nodes.enumerated() {
      guard let normalization = node.operation as? BatchNormalizationOperation, !normalization.relu,
        let scale = parameters[normalization.scale], let shift = parameters[normalization.shift],
        let mean = parameters[normalization.runningMean], let variance = parameters[normalization.runningVariance]
      else { continue }
      let factors = (0..<normalization.channels).map {
        Double(scale[$0]) / (Double(variance[$0]) + Double(normalization.epsilon)).squareRoot()
      }
      let biases = factors.enumerated().map { Float(Double(shift[$0]) - Double(mean[$0]) * $1) }
      // A layer that is used twice has one set of parameters.
      let name = "\(normalization.scale).frozen"
      let geometry = ConvolutionGeometry(
        inputChannels: normalization.channels, outputChannels: normalization.channels, kernelSize: 1,
        groups: normalization.channels)
      let operation = ConvolutionOperation(geometry: geometry, weight: name, bias: "\(name).bias")
      graph.nodes[index].operation = operation
      store[name] = Tensor(shape: geometry.weightShape, values: factors.map { Float($0) })
      store["\(name).bias"] = Tensor(shape: [normalization.channels], values: biases)
      if !graph.parameters.contains(where: { $0.name == name }) {
        graph.parameters.append(ParameterSpecification(name: name, shape: geometry.weightShape, role: .weight))
        graph.parameters.append(
          ParameterSpecification(name: "\(name).bias", shape: [normalization.channels], role: .bias))
      }
    }
    return (graph, store)
  }

  /// The part of the graph that computes some of its nodes.
  package func computing(_ nodes: [Int]) -> Graph {
    var graph = self
    graph.outputs = nodes
    return graph
  }
}
