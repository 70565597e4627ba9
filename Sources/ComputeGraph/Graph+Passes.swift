import Tensors

/// A change of a graph that leaves what it computes as it was.
///
/// Each works on its own, so that each can be tested: same outputs with and without it.
public enum GraphPass: CaseIterable, Sendable {
  /// Dropout does nothing in inference.
  case removeDropout
  /// A batch normalisation behind a convolution becomes part of its weights and bias.
  case foldBatchNormalization
  /// An addition whose one side is a convolution becomes that convolution's epilogue.
  case fuseResidualSum
  /// An activation behind a convolution becomes its epilogue.
  case fuseActivation
  /// ReLU behind a batch normalisation or an addition becomes part of it. Training uses it too.
  case fuseReLU
  /// A fully connected layer reads a map as it lies instead of a flattened copy. Training uses it too.
  case fuseFlatten

  /// What inference uses, in order.
  public static let inference: [GraphPass] = [
    .removeDropout, .foldBatchNormalization, .fuseResidualSum, .fuseActivation, .fuseReLU, .fuseFlatten,
  ]
  public static let training: [GraphPass] = [.fuseReLU, .fuseFlatten]
}

extension Graph {
  /// The graph after a pass. Only ``GraphPass/foldBatchNormalization`` changes parameters.
  public mutating func apply(_ pass: GraphPass, parameters: inout ParameterStore) {
    switch pass {
    case .removeDropout: removeDropout()
    case .foldBatchNormalization: foldBatchNormalization(&parameters)
    case .fuseResidualSum: fuseResidualSum()
    case .fuseActivation: fuseActivation()
    case .fuseReLU: fuseReLU()
    case .fuseFlatten: fuseFlatten()
    }
    removeUnusedNodes()
  }

  private mutating func removeDropout() {
    for (index, node) in nodes.enumerated() {
      // The node's own input may have been replaced.
      if node.operation is DropoutOperation { replace(index, by: nodes[index].inputs[0]) }
    }
  }

  private mutating func fuseActivation() {
    for (index, node) in nodes.enumerated() {
      guard let activation = (node.operation as? ActivationOperation)?.activation,
        var convolution = nodes[node.inputs[0]].operation as? ConvolutionOperation,
        convolution.epilogue.activation == nil, isOnlyRead(node.inputs[0], by: index)
      else { continue }
      convolution.epilogue.activation = activation
      nodes[node.inputs[0]].operation = convolution
      replace(index, by: node.inputs[0])
    }
  }

  /// The weights' columns follow channels, rows and columns, whatever the order in memory.
  private mutating func fuseFlatten() {
    for (index, node) in nodes.enumerated() {
      guard node.operation is InnerProductOperation, nodes[node.inputs[0]].operation is FlattenOperation else {
        continue
      }
      nodes[index].inputs[0] = nodes[node.inputs[0]].inputs[0]
    }
  }

  private mutating func fuseReLU() {
    for (index, node) in nodes.enumerated() {
      guard (node.operation as? ActivationOperation)?.activation == .relu, isOnlyRead(node.inputs[0], by: index)
      else { continue }
      switch nodes[node.inputs[0]].operation {
      case var normalization as BatchNormalizationOperation:
        normalization.relu = true
        nodes[node.inputs[0]].operation = normalization
      case var addition as AdditionOperation where !addition.relu:
        addition.relu = true
        nodes[node.inputs[0]].operation = addition
      default: continue
      }
      replace(index, by: node.inputs[0])
    }
  }

  /// The convolution moves to the addition's place, where both operands exist. Of two convolutions the later one
  /// is taken, so that the other's result is ready.
  private mutating func fuseResidualSum() {
    for (index, node) in nodes.enumerated() where (node.operation as? AdditionOperation)?.relu == false {
      let candidates = node.inputs.filter { input in
        guard let convolution = nodes[input].convolution else { return false }
        return convolution.epilogue == ConvolutionEpilogue() && !convolution.geometry.isTransposed
          && isOnlyRead(input, by: index)
      }
      guard let chosen = candidates.max(), var convolution = nodes[chosen].convolution,
        let other = node.inputs.first(where: { $0 != chosen })
      else { continue }
      convolution.epilogue.addsDestination = true
      nodes[index] = Node(
        operation: convolution, inputs: [nodes[chosen].inputs[0], other], name: nodes[chosen].name)
    }
  }

  private mutating func foldBatchNormalization(_ store: inout ParameterStore) {
    for (index, node) in nodes.enumerated() {
      guard let normalization = node.operation as? BatchNormalizationOperation, !normalization.relu,
        var convolution = nodes[node.inputs[0]].convolution,
        convolution.epilogue == ConvolutionEpilogue(), isOnlyRead(node.inputs[0], by: index),
        isOnlyUser(of: convolution.weight), !convolution.geometry.isTransposed
      else { continue }
      fold(normalization, into: &convolution, &store)
      nodes[node.inputs[0]].operation = convolution
      replace(index, by: node.inputs[0])
    }
  }

  /// w' = w · γ/√(σ² + ε), b' = (b − μ) · γ/√(σ² + ε) + β, computed in double precision.
  private mutating func fold(
    _ normalization: BatchNormalizationOperation, into convolution: inout ConvolutionOperation,
    _ store: inout ParameterStore
  ) {
    guard let scale = store[normalization.scale], let shift = store[normalization.shift],
      let mean = store[normalization.runningMean], let variance = store[normalization.runningVariance]
    else { return }
    let factors = (0..<normalization.channels).map {
      Double(scale[$0]) / (Double(variance[$0]) + Double(normalization.epsilon)).squareRoot()
    }
    store.update(convolution.weight) { weight in
      let perChannel = weight.elementCount / normalization.channels
      weight.withUnsafeMutableBufferPointer { values in
        for (channel, factor) in factors.enumerated() {
          for index in channel * perChannel..<(channel + 1) * perChannel {
            values[index] = Float(Double(values[index]) * factor)
          }
        }
      }
    }
    let oldBias = convolution.bias.flatMap { store[$0] }
    let bias = convolution.bias ?? "\(nodeName(of: convolution)).bias"
    store[bias] = Tensor(
      shape: [normalization.channels],
      values: (0..<normalization.channels).map { channel in
        let centred = Double(oldBias?[channel] ?? 0) - Double(mean[channel])
        return Float(centred * factors[channel] + Double(shift[channel]))
      })
    if convolution.bias == nil {
      convolution.bias = bias
      parameters.append(ParameterSpecification(name: bias, shape: [normalization.channels], role: .bias))
    }
  }

  private func nodeName(of convolution: ConvolutionOperation) -> String {
    convolution.weight.hasSuffix(".weight") ? String(convolution.weight.dropLast(7)) : convolution.weight
  }

  private func isOnlyUser(of weight: String) -> Bool {
    nodes.count { $0.convolution?.weight == weight } == 1
  }

  private func isOnlyRead(_ index: Int, by reader: Int) -> Bool {
    !outputs.contains(index) && nodes.indices.allSatisfy { $0 == reader || !nodes[$0].inputs.contains(index) }
      && nodes[reader].inputs.count { $0 == index } == 1
  }

  /// Lets every reader of a node read another one instead.
  private mutating func replace(_ index: Int, by other: Int) {
    for reader in nodes.indices {
      nodes[reader].inputs = nodes[reader].inputs.map { $0 == index ? other : $0 }
    }
    outputs = outputs.map { $0 == index ? other : $0 }
  }

  private mutating func removeUnusedNodes() {
    var isUsed = [Bool](repeating: false, count: nodes.count)
    for output in outputs { isUsed[output] = true }
    for index in nodes.indices.reversed() where isUsed[index] {
      for input in nodes[index].inputs { isUsed[input] = true }
    }
    // The input stays, even of a graph that ignores it.
    if !nodes.isEmpty { isUsed[0] = true }
    var newIndex = [Int](repeating: -1, count: nodes.count)
    var kept: [Node] = []
    for index in nodes.indices where isUsed[index] {
      newIndex[index] = kept.count
      var node = nodes[index]
      node.inputs = node.inputs.map { newIndex[$0] }
      kept.append(node)
    }
    nodes = kept
    outputs = outputs.map { newIndex[$0] }
  }
}

extension Graph.Node {
  /// The node's operation where that is a convolution.
  package var convolution: ConvolutionOperation? { operation as? ConvolutionOperation }
}
