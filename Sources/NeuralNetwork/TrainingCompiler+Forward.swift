import OneDNNKernels
import Tensors

extension TrainingCompiler {
  /// Appends the forward step of a node.
  func emitForward(_ index: Int) throws {
    let node = graph.nodes[index]
    let layout = layout(of: index)
    let result = slices[index]
    let source = source(of: index)
    func emit(_ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)] = []) {
      builder.emit(
        node.name, node: index, kernel, [(.source, source.slice), (.destination, result)] + arguments)
    }
    func workspace(_ kernel: Kernel) -> [(Kernel.Role, MemorySlice)] {
      let byteCount = kernel.byteCount(of: .workspace)
      guard byteCount > 0 else { return [] }
      let slice = builder.buffer(byteCount)
      workspaces[index] = slice
      return [(.workspace, slice)]
    }

    switch node.operation {
    case .input: break
    case .convolution(let convolution):
      let problem = ConvolutionProblem(
        geometry: convolution.geometry, source: shapes[node.inputs[0]], destination: shapes[index],
        readsPlainInput: graph.readsPlainInput(index), tiles: Self.tiles)
      if let native = try chooser.native(problem) {
        return builder.emit(
          node.name, node: index, native, source: source.slice, weight: convolution.weight, bias: convolution.bias,
          addend: nil, destination: result, destinationByteCount: layout.byteCount)
      }
      let kernel = try Kernel.bestConvolution(
        convolution.geometry, .forward, source: source.layout, destination: layout,
        hasBias: convolution.bias != nil)
      var arguments = [
        (
          Kernel.Role.weights,
          try builder.packed(convolution.weight, convolution.geometry.plainWeightLayout, kernel, .weights)
        )
      ]
      if let bias = convolution.bias {
        arguments.append((.bias, try builder.packed(bias, vector(convolution.geometry.outputChannels), kernel, .bias)))
      }
      emit(kernel, arguments)
    case .innerProduct(let product):
      let kernel = try Kernel.innerProduct(
        .forward, source: source.layout, destination: layout, hasBias: product.bias != nil)
      var arguments = [
        (Kernel.Role.weights, try builder.packed(product.weight, matrix(index, product), kernel, .weights))
      ]
      if let bias = product.bias {
        arguments.append((.bias, try builder.packed(bias, vector(product.outputFeatures), kernel, .bias)))
      }
      emit(kernel, arguments)
    case .batchNormalization(let normalization):
      let kernel = try Kernel.batchNormalization(
        .forward, layout: layout, epsilon: normalization.epsilon, relu: normalization.relu)
      let plain = vector(normalization.channels)
      let mean = builder.persistentBuffer(plain.byteCount)
      let variance = builder.persistentBuffer(plain.byteCount)
      statistics.append(
        Statistics(
          index: index, node: normalization, mean: mean, variance: variance,
          sampleCount: shapes[index].elementCount / normalization.channels))
      emit(
        kernel,
        [
          (.mean, mean), (.variance, variance),
          (.scale, try builder.packed(normalization.scale, plain, kernel, .scale)),
          (.shift, try builder.packed(normalization.shift, plain, kernel, .shift)),
        ] + workspace(kernel))
    case .pooling(let geometry):
      let kernel = try Kernel.pooling(geometry, .forward, source: source.layout, destination: layout)
      emit(kernel, workspace(kernel))
    case .globalAveragePooling:
      emit(try Kernel.globalAveragePooling(.forward, source: source.layout, destination: layout))
    case .activation(let activation): emit(try Kernel.activation(activation, .forward, layout: layout))
    case .softmax: emit(try Kernel.softmax(.forward, axis: 1, layout: layout))
    case .upsampling: emit(try Kernel.upsampling(.forward, source: source.layout, destination: layout))
    case .addition(let relu):
      let kernel = try Kernel.addition(source.layout, layout, destination: layout, relu: relu)
      emit(kernel, [(.secondSource, slices[node.inputs[1]])])
    case .multiplication:
      let factors = node.inputs[1]
      let kernel = try Kernel.multiplication(source.layout, self.layout(of: factors), destination: layout)
      emit(kernel, [(.secondSource, slices[factors])])
    case .channelSlice(let first, _):
      try builder.emitChannels(node.name, node: index, from: source, first: first, to: (result, layout))
    case .rearrangement(let rearrangement):
      try builder.emitRearrangement(
        node.name, node: index, rearrangement, input: shapes[node.inputs[0]], output: shapes[index],
        from: source.slice, to: result)
    case .concatenation:
      let kernel = try Kernel.concatenation(node.inputs.map { self.layout(of: $0) }, destination: layout)
      let parts = node.inputs.enumerated().map { (Kernel.Role.input($0), slices[$1]) }
      builder.emit(node.name, node: index, kernel, parts + [(.destination, result)])
    case .flatten:
      let plainMap = TensorLayout(.plain, shape: shapes[node.inputs[0]])
      try builder.emitReorder(node.name, node: index, from: source, to: (result, plainMap))
    case .dropout(let rate):
      let count = layout.byteCount / 4
      let mask = builder.persistentBuffer(layout.byteCount)
      dropoutMasks.append((mask, count, rate))
      workspaces[index] = mask
      builder.emitProduct(node.name, node: index, source.slice, mask, to: result, count: count)
    }
  }

  /// Sides of Winograd's tiles; the rounding of larger ones would show in small gradients.
  static var tiles: [Int] { [2, 4] }

  func vector(_ count: Int) -> TensorLayout { TensorLayout(.plain, shape: [count]) }

  func matrix(_ index: Int, _ product: InnerProductNode) -> TensorLayout {
    product.plainWeightLayout(source: shapes[graph.nodes[index].inputs[0]])
  }
}

extension PlanBuilder {
  /// Element by element left · right.
  func emitProduct(
    _ name: String, node: Int, _ left: MemorySlice, _ right: MemorySlice, to result: MemorySlice, count: Int
  ) {
    emit(name, node: node, using: [left, right, result]) { arena in
      let a = arena.address(left).assumingMemoryBound(to: Float.self)
      let b = arena.address(right).assumingMemoryBound(to: Float.self)
      let product = arena.address(result).assumingMemoryBound(to: Float.self)
      for index in 0..<count { product[index] = a[index] * b[index] }
    }
  }
}
