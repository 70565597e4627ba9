import CPUKernels
import ComputeGraph
import Tensors

/// Values travel in bf16 along chains of convolutions that compute in it, in the same blocks of channels as floats. A value
/// exists in either form or both.
extension InferenceCompiler {
  /// The nodes that compute in bf16, by a fixed table, or all that can.
  func chooseBFloat16() throws -> BFloat16Layers {
    var (floats, halves) = ([Int: Double](), [Int: Double]())
    for index in graph.nodes.indices where keepsRecipe || !isHeadOutput(index) {
      guard let problem = bfloat16Problem(index), let half = problem.bfloat16(expectedRuns) else { continue }
      var native = BlockedConvolution.Method.gemm
      if case .native(let method) = try chooser.method(for: problem) { native = method }
      floats[index] = ConvolutionCost.seconds(native, problem, expectedRuns: expectedRuns)
      halves[index] = BFloat16Cost.seconds(half.method, problem, expectedRuns: expectedRuns)
    }
    let choice = BFloat16Choice(
      graph: graph, shapes: shapes, canPass: graph.nodes.indices.map(canPassBFloat16), floats: floats, halves: halves)
    return keepsRecipe ? choice.all : choice.best()
  }

  /// Whether a 1×1 convolution leaves the network: the scores and boxes of a head, a few operations whose rounding would be
  /// seen at once.
  private func isHeadOutput(_ index: Int) -> Bool {
    graph.outputs.contains(index) && graph.nodes[index].convolution?.geometry.kernelHeight == 1
  }

  /// Emits a node that computes in bf16; false where it does not.
  func compileBFloat16(_ index: Int) throws -> Bool {
    guard let layers = bfloat16, layers.nodes.contains(index) else { return false }
    let node = graph.nodes[index]
    if let problem = bfloat16Problem(index) {
      emitConvolution(index, problem, layers)
      return true
    }
    let (sources, shape) = (node.inputs.map { half(of: $0) }, shapes[index])
    let result = halfResult(of: index)
    let count = halfByteCount(index) / 2
    switch node.operation {
    case let operation as PoolingOperation:
      guard
        let pooling = BFloat16Pooling(operation.geometry, source: shapes[node.inputs[0]], destination: shape)
      else { preconditionFailure("\(node.name) was chosen for bf16") }
      emit(index, sources, result) { arena in
        pooling.run(source: arena.address(sources[0]), destination: arena.address(result))
      }
    case let operation as UpsamplingOperation:
      let source = shapes[node.inputs[0]]
      emit(index, sources, result) { arena in
        BFloat16.upsample(
          arena.address(sources[0]), to: arena.address(result), shape: source, factor: operation.factor)
      }
    case let operation as AdditionOperation:
      emit(index, sources, result) { arena in
        BFloat16.add(
          arena.address(sources[0]), arena.address(sources[1]), to: arena.address(result), count: count,
          relu: operation.relu)
      }
    default:
      if !hasParts(ofConcatenation: index) { emitConcatenation(index, sources, result) }
    }
    return true
  }

  /// Computes the floats of a value that exists in bf16 only, before a node that reads them.
  func widen(_ index: Int, for reader: Int) {
    guard halfOnlyValues.remove(index) != nil, let source = halves[index] else { return }
    let (result, count) = (slice(of: index), halfByteCount(index) / 2)
    builder.emit("\(graph.nodes[index].name) (to floats)", node: reader, using: [source, result]) { arena in
      BFloat16.widen(arena.address(source), to: arena.address(result), count: count)
    }
  }

  private func emit(_ index: Int, _ sources: [MemorySlice], _ result: MemorySlice, _ body: @escaping (Arena) -> Void) {
    builder.emit(
      graph.nodes[index].name, node: index, using: sources + [result], implementation: "bf16", body)
  }

  /// Whether a node other than a convolution can take and give bf16.
  private func canPassBFloat16(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    switch node.operation {
    case let operation as PoolingOperation:
      return BFloat16Pooling(operation.geometry, source: shapes[node.inputs[0]], destination: shapes[index]) != nil
    case is ConcatenationOperation: return node.inputs.allSatisfy { shapes[$0][1] % OneDNN.channelBlock == 0 }
    case is AdditionOperation: return shapes[index].rank == 4
    default: return node.operation is UpsamplingOperation
    }
  }

  /// A convolution, or a fully connected layer as one; nil for everything else.
  private func bfloat16Problem(_ index: Int) -> ConvolutionProblem? {
    let node = graph.nodes[index]
    if let operation = node.convolution {
      return ConvolutionProblem(
        geometry: operation.geometry, source: shapes[node.inputs[0]], destination: shapes[index],
        activation: operation.epilogue.activation, readsPlainInput: graph.readsPlainInput(index))
    }
    return (node.operation as? InnerProductOperation)?.convolution(shapes[node.inputs[0]])
  }

  private func emitConvolution(_ index: Int, _ problem: ConvolutionProblem, _ layers: BFloat16Layers) {
    let node = graph.nodes[index]
    var (result, addend) = (index, node.inputs.dropFirst().first)
    var convolution = problem.bfloat16(expectedRuns, writesFloats: !layers.kept.contains(index))
    if let fusible = node.convolution?.fusible(index, self), layers.kept.contains(fusible.node),
      let fused = problem.bfloat16(expectedRuns, fusing: fusible.kind)
    {
      (convolution, result, addend) = (fused, fusible.node, fusible.addend)
      computed.insert(result)
    }
    guard let convolution else { preconditionFailure("\(node.name) was chosen for bf16") }
    let source = graph.readsPlainInput(index) ? convolutionSource(of: index).slice : half(of: node.inputs[0])
    let added = addend.map { half(of: $0) }
    if layers.kept.contains(result), let addend, let added, canReuseBuffer(addend, for: result, of: node.inputs[0]) {
      halves[result] = added
    }
    let destination = layers.kept.contains(result) ? halfResult(of: result) : slice(of: result)
    let parameters = node.operation.trainableParameters
    builder.emit(
      node.name, node: index, convolution, source: source, weight: parameters[0], bias: parameters.dropFirst().first,
      addend: added, destination: destination)
  }

  /// Images one after the other, each with all channels of the first part, then of the second and so on.
  private func emitConcatenation(_ index: Int, _ sources: [MemorySlice], _ result: MemorySlice) {
    let images = shapes[index][0]
    let (whole, parts) = (
      halfByteCount(index) / images, graph.nodes[index].inputs.map { halfByteCount($0) / images }
    )
    emit(index, sources, result) { arena in
      for image in 0..<images {
        var place = arena.address(result) + image * whole
        for (source, byteCount) in zip(sources, parts) {
          place.copyMemory(from: arena.address(source) + image * byteCount, byteCount: byteCount)
          place += byteCount
        }
      }
    }
  }

  private func halfByteCount(_ index: Int) -> Int { canonicalLayout(shapes[index]).byteCount / 2 }

  /// Where a node that computes in bf16 puts its value.
  private func halfResult(of index: Int) -> MemorySlice {
    halfOnlyValues.insert(index)
    return halfSlice(of: index)
  }

  private func halfSlice(of index: Int) -> MemorySlice {
    if let known = halves[index] { return known }
    let result: MemorySlice
    if let place = place(of: index), bfloat16?.kept.contains(place.concatenation) == true {
      result = halfSlice(of: place.concatenation).advanced(by: place.offset / 2)
    } else {
      result = builder.buffer(halfByteCount(index))
    }
    halves[index] = result
    return result
  }

  /// A value in bf16, rounded from its floats where nothing has computed it so.
  private func half(of index: Int) -> MemorySlice {
    if let known = halves[index] { return known }
    let source = slice(of: index)
    let result = builder.buffer(halfByteCount(index))
    let count = halfByteCount(index) / 2
    builder.emit("\(graph.nodes[index].name) (to bf16)", node: index, using: [source, result]) { arena in
      BFloat16.round(arena.address(source), to: arena.address(result), count: count)
    }
    halves[index] = result
    return result
  }
}

extension ConvolutionProblem {
  fileprivate func bfloat16(
    _ expectedRuns: Int, fusing epilogue: BlockedConvolution.FusedEpilogue? = nil, writesFloats: Bool = false
  ) -> BFloat16Convolution? {
    BFloat16Convolution(
      geometry, source: source, destination: destination, activation: activation, expectedRuns: expectedRuns,
      epilogue: epilogue, readsPlainInput: readsPlainInput, writesFloats: writesFloats)
  }
}
