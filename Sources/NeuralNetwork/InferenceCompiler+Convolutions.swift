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

    let site = ConvolutionSite(
      geometry: node.geometry, source: shapes[inputs[0]], destination: shapes[index],
      activation: node.epilogue.activation, readsPlainInput: readsPlain)
    let method = try chooser.method(for: site)
    if case .own(let own) = method, let convolution = site.own(own) {
      var addend: MemorySlice?
      if node.epilogue.addsDestination {
        addend = slice(of: inputs[1])
        if canTakeOver(inputs[1], in: index) { slices[index] = addend }
      }
      builder.emit(
        graph.nodes[index].name, node: index, convolution, source: source, weight: node.weight, bias: node.bias,
        addend: addend, destination: slice(of: index), destinationByteCount: layout.byteCount)
      return
    }

    if node.epilogue.addsDestination {
      let other = inputs[1]
      if canTakeOver(other, in: index) {
        slices[index] = slice(of: other)
      } else {
        try builder.emitReorder(
          "\(graph.nodes[index].name) (copy)", node: index, from: (slice(of: other), layout),
          to: (slice(of: index), layout))
      }
    }

    // The library's Winograd fuses plain ReLU only; for the others its gain is worth a sweep of its own.
    var epilogue = node.epilogue
    var separate: Activation?
    var algorithm = ConvolutionAlgorithm.direct
    if case .library(let chosen) = method { algorithm = chosen }
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

  /// Whether a convolution may write its sum over the value that it adds.
  private func canTakeOver(_ addend: Int, in index: Int) -> Bool {
    isDisposable(addend, after: index) && addend != graph.nodes[index].inputs[0]
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
      let site = ConvolutionSite(geometry: geometry, source: map, destination: [shape[0], shape[1], 1, 1])
      if let convolution = try chooser.own(site) {
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
