import OneDNNKernels
import Tensors

extension TrainingCompiler {
  /// Appends the steps that carry a node's gradient to its parameters and inputs.
  func emitBackward(_ index: Int, _ gradient: MemorySlice) throws {
    let node = graph.nodes[index]
    let layout = layout(of: index)
    let name = "\(node.name) (backward)"
    let source = node.inputs.isEmpty ? nil : self.source(of: index)

    /// Emits a kernel whose result is the gradient of the first input.
    func emitToInput(_ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)]) {
      guard let source else { return }
      let result = builder.buffer(source.layout.byteCount)
      var arguments = arguments
      if let workspace = workspaces[index] { arguments.append((.workspace, workspace)) }
      builder.emit(
        name, node: index, kernel, writes: .sourceGradient,
        arguments + [(.destinationGradient, gradient), (.sourceGradient, result)])
      contribute(to: node.inputs[0], result, source.layout)
    }

    switch node.operation {
    case .input: break
    case .convolution(let convolution): try emitConvolutionBackward(index, convolution, gradient)
    case .innerProduct(let product):
      guard let source else { return }
      let kernel = try Kernel.innerProduct(
        .backwardWeights, source: source.layout, destination: layout, hasBias: product.bias != nil)
      var arguments = [
        (Kernel.Role.source, source.slice), (.destinationGradient, gradient),
        (.weightsGradient, try gradientBuffer(product.weight, matrix(index, product), kernel, .weightsGradient)),
      ]
      if let bias = product.bias {
        arguments.append(
          (.biasGradient, try gradientBuffer(bias, vector(product.outputFeatures), kernel, .biasGradient)))
      }
      builder.emit(name, node: index, kernel, writes: .weightsGradient, arguments)
      guard wantsGradient(node.inputs[0]) else { return }
      let toInput = try Kernel.innerProduct(
        .backwardData, source: source.layout, destination: layout, hasBias: false)
      emitToInput(toInput, [(.weights, try builder.packed(product.weight, matrix(index, product), toInput, .weights))])
    case .batchNormalization(let normalization):
      guard let source, let values = statistics.first(where: { $0.index == index }) else { return }
      let kernel = try Kernel.batchNormalization(
        .backwardData, layout: layout, epsilon: normalization.epsilon, relu: normalization.relu)
      let plain = vector(normalization.channels)
      emitToInput(
        kernel,
        [
          (.source, source.slice), (.mean, values.mean), (.variance, values.variance),
          (.scale, try builder.packed(normalization.scale, plain, kernel, .scale)),
          (.shift, try builder.packed(normalization.shift, plain, kernel, .shift)),
          (.scaleGradient, try gradientBuffer(normalization.scale, plain, kernel, .scaleGradient)),
          (.shiftGradient, try gradientBuffer(normalization.shift, plain, kernel, .shiftGradient)),
        ])
    case .pooling(let geometry):
      guard let source else { return }
      emitToInput(
        try Kernel.pooling(geometry, .backwardData, source: source.layout, destination: layout), [])
    case .globalAveragePooling:
      guard let source else { return }
      emitToInput(
        try Kernel.globalAveragePooling(.backwardData, source: source.layout, destination: layout), [])
    case .activation(let activation):
      guard let source else { return }
      let kernel = try Kernel.activation(activation, .backwardData, layout: layout)
      let operand = activation.backwardOperand
      emitToInput(kernel, [(operand, operand == .source ? source.slice : slices[index])])
    case .softmax:
      emitToInput(
        try Kernel.softmax(.backwardData, axis: 1, layout: layout), [(.destination, slices[index])])
    case .upsampling:
      guard let source else { return }
      emitToInput(
        try Kernel.upsampling(.backwardData, source: source.layout, destination: layout), [])
    case .addition(let relu):
      var flowing = gradient
      if relu {
        let kernel = try Kernel.activation(.relu, .backwardData, layout: layout)
        flowing = builder.buffer(layout.byteCount)
        builder.emit(
          name, node: index, kernel, writes: .sourceGradient,
          [(.destination, slices[index]), (.destinationGradient, gradient), (.sourceGradient, flowing)])
      }
      for input in node.inputs { contribute(to: input, flowing, layout) }
    case .multiplication: try emitMultiplicationBackward(index, gradient)
    case .channelSlice(let first, _):
      guard let source, wantsGradient(node.inputs[0]) else { return }
      let result = builder.buffer(source.layout.byteCount)
      try builder.emitChannelsBackward(
        name, node: index, from: (gradient, layout), first: first, to: (result, source.layout))
      contribute(to: node.inputs[0], result, source.layout)
    case .rearrangement(let rearrangement):
      guard let source, wantsGradient(node.inputs[0]) else { return }
      let result = builder.buffer(source.layout.byteCount)
      try builder.emitRearrangement(
        name, node: index, rearrangement, input: shapes[node.inputs[0]], output: shapes[index], from: gradient,
        to: result, backward: true)
      contribute(to: node.inputs[0], result, source.layout)
    case .concatenation: try emitConcatenationBackward(index, gradient)
    case .flatten:
      contribute(to: node.inputs[0], gradient, TensorLayout(.plain, shape: shapes[node.inputs[0]]))
    case .dropout:
      guard let mask = workspaces[index] else { return }
      let result = builder.buffer(layout.byteCount)
      builder.emitProduct(name, node: index, gradient, mask, to: result, count: layout.byteCount / 4)
      contribute(to: node.inputs[0], result, layout)
    }
  }

  private func emitConvolutionBackward(
    _ index: Int, _ convolution: ConvolutionNode, _ gradient: MemorySlice
  ) throws {
    let node = graph.nodes[index]
    let layout = layout(of: index)
    let source = source(of: index)
    let plain = convolution.geometry.plainWeightLayout
    try emitWeightsGradient(index, convolution, gradient)

    guard wantsGradient(node.inputs[0]) else { return }
    let result = builder.buffer(source.layout.byteCount)
    var problem = ConvolutionProblem.gradient(
      of: convolution.geometry, source: shapes[node.inputs[0]], destination: shapes[index])
    problem?.tiles = Self.tiles
    if !graph.readsPlainInput(index), let problem, let native = try chooser.native(problem) {
      builder.emit(
        "\(node.name) (backward)", node: index, native, source: gradient, weight: convolution.weight, bias: nil,
        addend: nil, destination: result, destinationByteCount: source.layout.byteCount)
      return contribute(to: node.inputs[0], result, source.layout)
    }
    let toInput = try Kernel.bestConvolution(
      convolution.geometry, .backwardData, source: source.layout, destination: layout, hasBias: false)
    builder.emit(
      "\(node.name) (backward)", node: index, toInput, writes: .sourceGradient,
      [
        (.weights, try builder.packed(convolution.weight, plain, toInput, .weights)), (.destinationGradient, gradient),
        (.sourceGradient, result),
      ])
    contribute(to: node.inputs[0], result, source.layout)
  }

  private func emitWeightsGradient(
    _ index: Int, _ convolution: ConvolutionNode, _ gradient: MemorySlice
  ) throws {
    let node = graph.nodes[index]
    let name = "\(node.name) (backward weights)"
    let layout = layout(of: index)
    let source = source(of: index)
    let plain = convolution.geometry.plainWeightLayout
    if !graph.readsPlainInput(index), !OneDNN.hasWinograd,
      let native = BlockedWeightsGradient(
        convolution.geometry, source: shapes[node.inputs[0]], destination: shapes[index])
    {
      let channels = vector(convolution.geometry.outputChannels)
      return builder.emit(
        name, node: index, native, source: source.slice, destinationGradient: gradient,
        weights: try gradientBuffer(convolution.weight, plain, in: plain), weightsByteCount: plain.byteCount,
        bias: try convolution.bias.map { try gradientBuffer($0, channels, in: channels) })
    }
    let kernel = try Kernel.bestConvolution(
      convolution.geometry, .backwardWeights, source: source.layout, destination: layout,
      hasBias: convolution.bias != nil)
    var arguments = [
      (Kernel.Role.source, source.slice), (.destinationGradient, gradient),
      (.weightsGradient, try gradientBuffer(convolution.weight, plain, kernel, .weightsGradient)),
    ]
    if let bias = convolution.bias {
      arguments.append(
        (
          .biasGradient,
          try gradientBuffer(bias, vector(convolution.geometry.outputChannels), kernel, .biasGradient)
        ))
    }
    builder.emit(name, node: index, kernel, writes: .weightsGradient, arguments)
  }

  /// To the map the gradient times the factors, to the factors the gradient times the map, summed over the positions
  /// that share a factor.
  private func emitMultiplicationBackward(_ index: Int, _ gradient: MemorySlice) throws {
    let node = graph.nodes[index]
    let (map, factors) = (node.inputs[0], node.inputs[1])
    let name = "\(node.name) (backward)"
    let layout = layout(of: index)
    if wantsGradient(map) {
      let kernel = try Kernel.multiplication(layout, self.layout(of: factors), destination: layout)
      let result = builder.buffer(layout.byteCount)
      builder.emit(
        name, node: index, kernel, [(.source, gradient), (.secondSource, slices[factors]), (.destination, result)])
      contribute(to: map, result, layout)
    }
    guard wantsGradient(factors) else { return }
    let kernel = try Kernel.multiplication(layout, layout, destination: layout)
    let product = builder.buffer(layout.byteCount)
    builder.emit(
      name, node: index, kernel, [(.source, gradient), (.secondSource, slices[map]), (.destination, product)])
    if shapes[factors] == shapes[map] { return contribute(to: factors, product, layout) }
    let perChannel = self.layout(of: factors)
    let (mean, sum) = (builder.buffer(perChannel.byteCount), builder.buffer(perChannel.byteCount))
    builder.emit(
      name, node: index, try Kernel.globalAveragePooling(.inference, source: layout, destination: perChannel),
      [(.source, product), (.destination, mean)])
    let count = Float(shapes[map][2] * shapes[map][3])
    builder.emit(
      name, node: index, try Kernel.activation(.linear(scale: count, shift: 0), .inference, layout: perChannel),
      [(.source, mean), (.destination, sum)])
    contribute(to: factors, sum, perChannel)
  }

  /// Each part gets its channels; where blocks do not line up, by way of a plain copy.
  private func emitConcatenationBackward(_ index: Int, _ gradient: MemorySlice) throws {
    let node = graph.nodes[index]
    var whole = (slice: gradient, layout: layout(of: index))
    let isAligned = node.inputs.allSatisfy { shapes[$0][1] % OneDNN.channelBlock == 0 }
    if !isAligned {
      let plain = TensorLayout(.plain, shape: shapes[index])
      let copy = builder.buffer(plain.byteCount)
      try builder.emitReorder("\(node.name) (backward)", node: index, from: whole, to: (copy, plain))
      whole = (copy, plain)
    }
    var first = 0
    for input in node.inputs {
      let count = shapes[input][1]
      if wantsGradient(input), let part = whole.layout.channels(from: first, count: count) {
        let result = builder.buffer(layout(of: input).byteCount)
        try builder.emitReorder(
          "\(node.name) (backward)", node: index, from: (whole.slice, part), to: (result, layout(of: input)))
        contribute(to: input, result, layout(of: input))
      }
      first += count
    }
  }
}
