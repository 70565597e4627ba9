import OneDNNKernels
import Tensors

extension InferenceCompiler {
  func compileConvolution(_ index: Int, _ node: ConvolutionNode) throws {
    let inputs = graph.nodes[index].inputs
    let readsPlain = graph.readsPlainInput(index)
    let source = readsPlain ? plainInput : slice(of: inputs[0])
    let sourceLayout =
      readsPlain ? TensorLayout(.plain, shape: shapes[inputs[0]]) : canonicalLayout(shapes[inputs[0]])
    let layout = canonicalLayout(shapes[index])

    let problem = ConvolutionProblem(
      geometry: node.geometry, source: shapes[inputs[0]], destination: shapes[index],
      activation: node.epilogue.activation, readsPlainInput: readsPlain)
    let method = try chooser.method(for: problem)
    if case .native(let native) = method, let convolution = problem.native(native) {
      let followed = epilogue(of: index, node).flatMap { epilogue in
        problem.native(native, fusing: epilogue.kind).map { ($0, epilogue.node, epilogue.addend) }
      }
      let (operation, result, added) =
        followed ?? (convolution, index, node.epilogue.addsDestination ? inputs[1] : nil)
      if result != index { computed.insert(result) }
      if let added, operation.canOverwriteAddend, canReuseBuffer(added, for: result, of: inputs[0]) {
        slices[result] = slice(of: added)
      }
      builder.emit(
        graph.nodes[index].name, node: index, operation, source: source, weight: node.weight, bias: node.bias,
        addend: added.map(slice), destination: slice(of: result),
        destinationByteCount: canonicalLayout(shapes[result]).byteCount)
      return
    }

    if node.epilogue.addsDestination {
      let other = inputs[1]
      if canReuseBuffer(other, for: index, of: inputs[0]) {
        slices[index] = slice(of: other)
      } else {
        try builder.emitReorder(
          "\(graph.nodes[index].name) (copy)", node: index, from: (slice(of: other), layout),
          to: (slice(of: index), layout))
      }
    }

    // oneDNN's Winograd fuses plain ReLU only; for the others its gain is worth a sweep of its own.
    var epilogue = node.epilogue
    var separate: Activation?
    var algorithm = ConvolutionAlgorithm.direct
    if case .oneDNN(let chosen) = method { algorithm = chosen }
    if let activation = epilogue.activation, activation != .relu, algorithm != .direct {
      separate = activation
      epilogue.activation = nil
    }
    let kernel = try Kernel.convolution(
      node.geometry, .inference, source: sourceLayout, destination: layout, hasBias: node.bias != nil,
      preferring: algorithm, epilogue: epilogue)
    let weight = try builder.packed(node.weight, node.geometry.plainWeightLayout, kernel, .weights)
    var arguments = [(Kernel.Role.source, source), (.weights, weight), (.destination, slice(of: index))]
    if let bias = node.bias {
      arguments.append((.bias, try builder.packed(bias, vector(node.geometry.outputChannels), kernel, .bias)))
    }
    emitReadAhead(index, kernel, weight)
    builder.emit(graph.nodes[index].name, node: index, kernel, arguments)
    if let separate {
      let kernel = try Kernel.activation(separate, .inference, layout: layout)
      builder.emit(
        "\(graph.nodes[index].name) (activation)", node: index, kernel,
        [(.source, slice(of: index)), (.destination, slice(of: index))])
    }
  }

  /// Whether a convolution of `source` may write its result over the value that it adds.
  private func canReuseBuffer(_ addend: Int, for result: Int, of source: Int) -> Bool {
    isDisposable(addend, after: result) && addend != source
  }

  /// The node that a native convolution may compute as well before it writes anything: the only one that reads it.
  private func epilogue(
    of index: Int, _ convolution: ConvolutionNode
  ) -> (kind: BlockedConvolution.FusedEpilogue, node: Int, addend: Int?)? {
    guard quantization?.layers.isEmpty ?? true, readers[index].count == 1, !graph.outputs.contains(index),
      !convolution.epilogue.addsDestination
    else { return nil }
    let reader = readers[index][0]
    switch graph.nodes[reader].operation {
    case .pooling(let pooling):
      let (whole, halved) = (shapes[index], shapes[reader])
      let halves = pooling.kind == .maximum && pooling.kernelSize == 2 && pooling.stride == 2 && pooling.padding == 0
      return halves && whole[2] == 2 * halved[2] && whole[3] == 2 * halved[3] ? (.pooling, reader, nil) : nil
    case .addition(relu: false):
      guard let other = graph.nodes[reader].inputs.first(where: { $0 != index }), other < index else { return nil }
      return (.addition, reader, other)
    default: return nil
    }
  }

  /// Winograd's 4×4 kernels jump about in their weights, which come from memory at a third of its speed (ResNet-18's
  /// 256-channel layers: 1.1 ms); reading the weights once in order beforehand is quicker (0.2 and 0.7 ms). Small
  /// weights are in the cache soon enough.
  private func emitReadAhead(_ index: Int, _ kernel: Kernel, _ weight: MemorySlice) {
    let byteCount = kernel.byteCount(of: .weights)
    guard byteCount >= 2_000_000, kernel.implementation.contains("wino_4x3") else { return }
    builder.emit("\(graph.nodes[index].name) (read ahead)", using: [weight]) { arena in
      OneDNN.readAhead(arena.address(weight), byteCount: byteCount)
    }
  }

  /// On rows of whole blocks a fully connected layer is a convolution of as many images whose kernel is as large as they.
  func compileInnerProduct(_ index: Int, _ product: InnerProductNode) throws {
    let node = graph.nodes[index]
    let (shape, layout) = (shapes[index], canonicalLayout(shapes[index]))
    let whole = shapes[node.inputs[0]]
    let source = (slice: slice(of: node.inputs[0]), layout: canonicalLayout(whole))
    let map: TensorShape = whole.rank == 4 ? whole : [whole[0], whole[1], 1, 1]
    let block = OneDNN.channelBlock
    if map[0] > 1, map[1] % block == 0, shape[1] % block == 0, map[2] == map[3] {
      let geometry = ConvolutionGeometry(inputChannels: map[1], outputChannels: shape[1], kernelSize: map[2])
      let problem = ConvolutionProblem(geometry: geometry, source: map, destination: [shape[0], shape[1], 1, 1])
      if let convolution = try chooser.native(problem) {
        return builder.emit(
          node.name, node: index, convolution, source: source.slice, weight: product.weight, bias: product.bias,
          addend: nil, destination: slice(of: index), destinationByteCount: layout.byteCount)
      }
    }
    let kernel = try Kernel.innerProduct(
      .inference, source: source.layout, destination: layout, hasBias: product.bias != nil)
    let weight = try builder.packed(product.weight, product.plainWeightLayout(source: whole), kernel, .weights)
    var arguments = [(Kernel.Role.source, source.slice), (.weights, weight), (.destination, slice(of: index))]
    if let bias = product.bias {
      arguments.append((.bias, try builder.packed(bias, vector(product.outputFeatures), kernel, .bias)))
    }
    builder.emit(node.name, node: index, kernel, arguments)
  }
}
