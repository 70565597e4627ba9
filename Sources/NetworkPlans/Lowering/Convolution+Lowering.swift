import CPUKernels
import ComputeGraph
import Tensors

/// Convolutions of inference: natively or by oneDNN, as the chooser says.
extension ConvolutionOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (graph, shapes) = (compiler.graph, compiler.shapes)
    if emitDepthwise(index, compiler) { return }
    let problem = ConvolutionProblem(
      geometry: geometry, source: shapes[graph.nodes[index].inputs[0]], destination: shapes[index],
      activation: epilogue.activation, readsPlainInput: graph.readsPlainInput(index))
    switch try compiler.chooser.method(for: problem) {
    case .native(let method):
      if let native = problem.native(method) {
        return emitNative(index, compiler, problem, method, native)
      }
      try emitOneDNN(index, compiler, .direct)
    case .oneDNN(let algorithm):
      if algorithm == .direct, let native = problem.native(.gemm), try isReference(index, compiler) {
        return emitNative(index, compiler, problem, .gemm, native)
      }
      try emitOneDNN(index, compiler, algorithm)
    }
  }

  /// Whether oneDNN has nothing but its reference loop, as for a 3×3 convolution of a few channels: a hundred times as long.
  private func isReference(_ index: Int, _ compiler: InferenceCompiler) throws -> Bool {
    try Kernel.convolution(
      geometry, .inference, source: compiler.convolutionSource(of: index).layout,
      destination: compiler.layout(of: index), hasBias: bias != nil, preferring: .direct, epilogue: epilogue
    ).isReference
  }

  private func emitNative(
    _ index: Int, _ compiler: InferenceCompiler, _ problem: ConvolutionProblem, _ method: BlockedConvolution.Method,
    _ native: BlockedConvolution
  ) {
    let node = compiler.graph.nodes[index]
    let fused = fusible(index, compiler).flatMap { epilogue in
      problem.native(method, fusing: epilogue.kind).map { ($0, epilogue.node, epilogue.addend) }
    }
    let (convolution, result, addend) = fused ?? (native, index, epilogue.addsDestination ? node.inputs[1] : nil)
    if result != index { compiler.computed.insert(result) }
    if let addend, convolution.canOverwriteAddend, compiler.canReuseBuffer(addend, for: result, of: node.inputs[0]) {
      compiler.slices[result] = compiler.slice(of: addend)
    }
    compiler.builder.emit(
      node.name, node: index, convolution, source: compiler.convolutionSource(of: index).slice, weight: weight,
      bias: bias, addend: addend.map(compiler.slice), destination: compiler.slice(of: result),
      destinationByteCount: compiler.layout(of: result).byteCount)
  }

  /// What a native convolution may compute as well before it writes anything: the only node that reads it.
  func fusible(
    _ index: Int, _ compiler: InferenceCompiler
  ) -> (kind: BlockedConvolution.FusedEpilogue, node: Int, addend: Int?)? {
    let (graph, shapes) = (compiler.graph, compiler.shapes)
    guard compiler.quantization?.layers.isEmpty ?? true, compiler.readers[index].count == 1,
      !graph.outputs.contains(index), !epilogue.addsDestination
    else { return nil }
    let reader = compiler.readers[index][0]
    switch graph.nodes[reader].operation {
    case let pooling as PoolingOperation:
      let (whole, halved, window) = (shapes[index], shapes[reader], pooling.geometry)
      let halves = window.kind == .maximum && window.kernelSize == 2 && window.stride == 2 && window.padding == 0
      return halves && whole[2] == 2 * halved[2] && whole[3] == 2 * halved[3] ? (.pooling, reader, nil) : nil
    case let addition as AdditionOperation where !addition.relu:
      guard let other = graph.nodes[reader].inputs.first(where: { $0 != index }), other < index else { return nil }
      return (.addition, reader, other)
    default: return nil
    }
  }

  private func emitOneDNN(
    _ index: Int, _ compiler: InferenceCompiler, _ algorithm: ConvolutionAlgorithm
  ) throws {
    let node = compiler.graph.nodes[index]
    let (source, layout) = (compiler.convolutionSource(of: index), compiler.layout(of: index))
    if epilogue.addsDestination {
      let other = node.inputs[1]
      if compiler.canReuseBuffer(other, for: index, of: node.inputs[0]) {
        compiler.slices[index] = compiler.slice(of: other)
      } else {
        try compiler.builder.emitReorder(
          "\(node.name) (copy)", node: index, from: (compiler.slice(of: other), layout),
          to: (compiler.slice(of: index), layout))
      }
    }
    // oneDNN's Winograd fuses plain ReLU only; for the others its gain is worth a sweep of its own.
    var epilogue = epilogue
    var separate: Activation?
    if let activation = epilogue.activation, activation != .relu, algorithm != .direct {
      separate = activation
      epilogue.activation = nil
    }
    let kernel = try Kernel.convolution(
      geometry, .inference, source: source.layout, destination: layout, hasBias: bias != nil, preferring: algorithm,
      epilogue: epilogue)
    let parameters = try parameters(kernel, compiler.builder)
    emitReadAhead(node.name, kernel, parameters[0].1, compiler.builder)
    compiler.builder.emit(
      node.name, node: index, kernel,
      [(.source, source.slice), (.destination, compiler.slice(of: index))] + parameters)
    if let separate {
      compiler.builder.emit(
        "\(node.name) (activation)", node: index,
        try Kernel.activation(separate, .inference, layout: layout),
        [(.source, compiler.slice(of: index)), (.destination, compiler.slice(of: index))])
    }
  }

  /// oneDNN's Winograd kernels jump about in their weights, which come from memory at a third of its speed (ResNet-18's
  /// 256-channel layers: 1.1 ms); reading the weights once in order beforehand is quicker (0.2 and 0.7 ms). Small
  /// weights are in the cache soon enough.
  private func emitReadAhead(_ name: String, _ kernel: Kernel, _ weight: MemorySlice, _ builder: PlanBuilder) {
    let byteCount = kernel.byteCount(of: .weights)
    guard byteCount >= 2_000_000, kernel.readsWeightsOutOfOrder else { return }
    builder.emit("\(name) (read ahead)", using: [weight]) { arena in
      KernelThreads.readAhead(arena.address(weight), byteCount: byteCount)
    }
  }

  /// Weights first.
  func parameters(
    _ kernel: Kernel, _ builder: PlanBuilder
  ) throws(KernelError) -> [(Kernel.Role, MemorySlice)] {
    var arguments = [(Kernel.Role.weights, try builder.packed(weight, geometry.plainWeightLayout, kernel, .weights))]
    if let bias { arguments.append((.bias, try builder.packed(bias, biasLayout, kernel, .bias))) }
    return arguments
  }

  var biasLayout: TensorLayout { TensorLayout(.plain, shape: [geometry.outputChannels]) }
}

/// Convolutions of training.
extension ConvolutionOperation {
  /// Sides of Winograd's tiles; the rounding of larger ones would show in small gradients.
  private static var tiles: [Int] { [2, 4] }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    if emitDepthwiseForward(index, compiler) { return }
    if compiler.usesBFloat16(index), try emitBFloat16Forward(index, compiler) { return }
    let (source, layout) = (compiler.source(of: index), compiler.layout(of: index))
    let problem = ConvolutionProblem(
      geometry: geometry, source: source.layout.shape, destination: layout.shape,
      readsPlainInput: compiler.graph.readsPlainInput(index), tiles: Self.tiles)
    func emit(_ native: BlockedConvolution) {
      compiler.builder.emit(
        compiler.graph.nodes[index].name, node: index, native, source: source.slice, weight: weight, bias: bias,
        addend: nil, destination: compiler.slices[index], destinationByteCount: layout.byteCount)
    }
    if let native = try compiler.chooser.native(problem) { return emit(native) }
    let kernel = try Kernel.bestConvolution(
      geometry, .forward, source: source.layout, destination: layout, hasBias: bias != nil)
    if kernel.isReference, let native = problem.native(.gemm) { return emit(native) }
    compiler.emit(index, kernel, try parameters(kernel, compiler.builder))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    if try emitDepthwiseBackward(index, gradient, compiler) { return }
    let isHalf = compiler.usesBFloat16(index)
    if try !isHalf || !emitBFloat16WeightsGradient(index, gradient, compiler) {
      try emitWeightsGradient(index, gradient, compiler)
    }
    let input = compiler.input(of: index)
    guard compiler.wantsGradient(input) else { return }
    if try isHalf && emitBFloat16DataGradient(index, gradient, compiler) { return }
    let (builder, name) = (compiler.builder, compiler.backwardName(of: index))
    let (source, layout) = (compiler.source(of: index), compiler.layout(of: index))
    let result = builder.buffer(source.layout.byteCount)
    var problem = ConvolutionProblem.gradient(
      of: geometry, source: source.layout.shape, destination: layout.shape)
    problem?.tiles = Self.tiles
    func emit(_ native: BlockedConvolution) {
      builder.emit(
        name, node: index, native, source: gradient, weight: weight, bias: nil, addend: nil, destination: result,
        destinationByteCount: source.layout.byteCount)
    }
    defer { compiler.contribute(to: input, result, source.layout) }
    if compiler.graph.readsPlainInput(index) { problem = nil }
    if let problem, let native = try compiler.chooser.native(problem) { return emit(native) }
    let kernel = try Kernel.bestConvolution(
      geometry, .backwardData, source: source.layout, destination: layout, hasBias: false)
    let counterpart = ConvolutionProblem.gradient(
      ofTransposed: geometry, source: source.layout.shape, destination: layout.shape)
    if kernel.isReference, let native = (problem ?? counterpart)?.native(.gemm) { return emit(native) }
    if kernel.isReference, !compiler.graph.readsPlainInput(index),
      let strided = StridedGradient(of: geometry, source: source.layout.shape, destination: layout.shape)
    {
      return builder.emit(name, node: index, strided, gradient: gradient, weight: weight, into: result)
    }
    let packed = try builder.packed(weight, geometry.plainWeightLayout, kernel, .weights)
    builder.emit(
      name, node: index, kernel, writes: .sourceGradient,
      [(.weights, packed), (.destinationGradient, gradient), (.sourceGradient, result)])
  }

  private func emitWeightsGradient(
    _ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler
  ) throws {
    let name = "\(compiler.graph.nodes[index].name) (backward weights)"
    let (source, layout, plain) = (compiler.source(of: index), compiler.layout(of: index), geometry.plainWeightLayout)
    func emit(_ native: BlockedWeightsGradient, _ source: MemorySlice) throws {
      compiler.builder.emit(
        name, node: index, native, source: source, destinationGradient: gradient,
        weights: try compiler.gradientBuffer(weight, plain, in: plain), weightsByteCount: plain.byteCount,
        bias: try bias.map { try compiler.gradientBuffer($0, biasLayout, in: biasLayout) })
    }
    if !compiler.graph.readsPlainInput(index),
      let native = compiler.chooser.nativeWeightsGradient(
        geometry, source: source.layout.shape, destination: layout.shape)
    {
      return try emit(native, source.slice)
    }
    let kernel = try Kernel.bestConvolution(
      geometry, .backwardWeights, source: source.layout, destination: layout, hasBias: bias != nil)
    if kernel.isReference {
      let (from, to) = (source.layout.shape, layout.shape)
      if compiler.graph.readsPlainInput(index),
        let native = BlockedWeightsGradient.ofPlainSource(geometry, source: from, destination: to)
      {
        return try emit(native, source.slice)
      }
      // What a transposed convolution reads is where its counterpart writes.
      if geometry.isTransposed, bias == nil,
        let native = BlockedWeightsGradient.products(geometry.counterpart, source: to, destination: from)
      {
        compiler.builder.emit(
          name, node: index, native, source: gradient, destinationGradient: source.slice,
          weights: try compiler.gradientBuffer(weight, plain, in: plain), weightsByteCount: plain.byteCount, bias: nil)
        return
      }
      if let native = BlockedWeightsGradient(geometry, source: from, destination: to)
        ?? .products(geometry, source: from, destination: to)
      {
        return try emit(native, try compiler.blocked(source, name, node: index))
      }
    }
    var arguments = [
      (Kernel.Role.source, source.slice), (.destinationGradient, gradient),
      (.weightsGradient, try compiler.gradientBuffer(weight, plain, kernel, .weightsGradient)),
    ]
    if let bias {
      arguments.append((.biasGradient, try compiler.gradientBuffer(bias, biasLayout, kernel, .biasGradient)))
    }
    compiler.builder.emit(name, node: index, kernel, writes: .weightsGradient, arguments)
  }
}

extension TrainingCompiler {
  /// A map in blocks of channels: a copy of one that is in another layout, as the network's own input may be.
  fileprivate func blocked(
    _ map: (slice: MemorySlice, layout: TensorLayout), _ name: String, node: Int
  ) throws(KernelError) -> MemorySlice {
    let layout = canonicalLayout(map.layout.shape)
    if map.layout == layout { return map.slice }
    let copy = builder.buffer(layout.byteCount)
    try builder.emitReorder(name, node: node, from: map, to: (copy, layout))
    return copy
  }
}
