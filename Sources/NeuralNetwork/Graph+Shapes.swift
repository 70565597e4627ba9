import Tensors

extension Graph {
  /// The shape of every node's result for an input of the given shape (N×C×H×W).
  ///
  /// Throws a ``GraphError`` naming the first layer that does not fit.
  public func shapes(input: TensorShape) throws(GraphError) -> [TensorShape] {
    var result: [TensorShape] = []
    for node in nodes {
      let shape = try node.outputShape(node.inputs.map { result[$0] }, networkInput: input)
      result.append(shape)
    }
    return result
  }
}

extension Graph.Node {
  fileprivate func outputShape(
    _ inputs: [TensorShape], networkInput: TensorShape
  ) throws(GraphError) -> TensorShape {
    func check(_ condition: Bool, _ expected: String) throws(GraphError) {
      if !condition { throw .shape(layer: name, found: inputs, expected: expected) }
    }
    if case .input(let channels) = operation {
      guard networkInput.rank == 4, networkInput[1] == channels, networkInput.elementCount > 0 else {
        throw .shape(layer: name, found: [networkInput], expected: "N×\(channels)×H×W with every extent above zero")
      }
      return networkInput
    }
    let first = inputs[0]
    func windowed(
      channels: Int, _ extent: (_ input: Int, _ isHeight: Bool) -> Int
    ) throws(GraphError) -> TensorShape {
      let shape: TensorShape = [first[0], channels, max(0, extent(first[2], true)), max(0, extent(first[3], false))]
      try check(shape.elementCount > 0, "a map at least as large as its window")
      return shape
    }
    switch operation {
    case .input: return networkInput
    case .convolution(let node):
      let geometry = node.geometry
      try check(
        first.rank == 4 && first[1] == geometry.inputChannels, "N×\(geometry.inputChannels)×H×W")
      let output = try windowed(channels: geometry.outputChannels) {
        geometry.outputExtent($0, kernel: $1 ? geometry.kernelHeight : geometry.kernelWidth)
      }
      try check(inputs.count == 1 || inputs[1] == output, "a sum of two values of one shape, \(output)")
      return output
    case .pooling(let geometry):
      try check(first.rank == 4, "N×C×H×W")
      return try windowed(channels: first[1]) { extent, _ in geometry.outputExtent(extent) }
    case .globalAveragePooling:
      try check(first.rank == 4, "N×C×H×W")
      return [first[0], first[1], 1, 1]
    case .batchNormalization(let node):
      try check(first.rank == 4 && first[1] == node.channels, "N×\(node.channels)×H×W")
      return first
    case .innerProduct(let node):
      try check(
        (first.rank == 2 || first.rank == 4) && first.elementCount == first[0] * node.inputFeatures,
        "N×\(node.inputFeatures)")
      return [first[0], node.outputFeatures]
    case .activation, .dropout: return first
    case .softmax:
      try check(first.rank == 2 || first.rank == 4, "N×C or N×C×H×W")
      return first
    case .upsampling(let factor):
      try check(first.rank == 4 && factor > 0, "N×C×H×W")
      return [first[0], first[1], first[2] * factor, first[3] * factor]
    case .concatenation:
      var channels = 0
      for shape in inputs {
        var like = shape
        try check(shape.rank == 4, "N×C×H×W")
        channels += shape[1]
        like[1] = first[1]
        try check(like == first, "maps of one size")
      }
      return [first[0], channels, first[2], first[3]]
    case .addition:
      try check(inputs.count == 2 && inputs[0] == inputs[1], "two values of one shape")
      return first
    case .multiplication:
      try check(inputs.count == 2 && first.rank == 4, "two values, the first N×C×H×W")
      let perChannel: TensorShape = [first[0], first[1], 1, 1]
      try check(inputs[1] == first || inputs[1] == perChannel, "factors of shape \(first) or \(perChannel)")
      return first
    case .channelSlice(let start, let count):
      try check(
        first.rank == 4 && start >= 0 && count > 0 && start + count <= first[1],
        "N×C×H×W with at least \(start + count) channels")
      return [first[0], count, first[2], first[3]]
    case .rearrangement(let rearrangement):
      guard let shape = rearrangement.outputShape(first) else {
        throw .shape(layer: name, found: inputs, expected: rearrangement.expectation)
      }
      return shape
    case .flatten:
      return [first[0], first.elementCount / max(1, first[0])]
    }
  }
}
