import CPUKernels
import ComputeGraph
import Tensors

/// Depthwise convolutions, where there is a native kernel for them. In training dilated ones are computed as dense ones on every
/// d-th row and column: for their gradients oneDNN has nothing but its reference loop.
extension ConvolutionOperation {
  /// Whether it was one. Of dilated ones oneDNN has quick kernels forward.
  func emitDepthwise(_ index: Int, _ compiler: InferenceCompiler) -> Bool {
    let node = compiler.graph.nodes[index]
    let (source, shape) = (node.inputs[0], compiler.shapes[index])
    guard
      let depthwise = compiler.chooser.depthwise(
        geometry, source: compiler.shapes[source], destination: shape, activation: epilogue.activation)
    else { return false }
    let addend = epilogue.addsDestination ? node.inputs[1] : nil
    if let addend, compiler.canReuseBuffer(addend, for: index, of: source) {
      compiler.slices[index] = compiler.slice(of: addend)
    }
    compiler.builder.emit(
      node.name, node: index, depthwise, source: compiler.slice(of: source), weight: weight, bias: bias,
      addend: addend.map(compiler.slice), destination: compiler.slice(of: index),
      destinationByteCount: compiler.layout(of: index).byteCount)
    return true
  }

  func emitDepthwiseForward(_ index: Int, _ compiler: TrainingCompiler) -> Bool {
    guard let (depthwise, phases) = depthwise(index, compiler) else { return false }
    let (builder, name, destination) = (
      compiler.builder, compiler.graph.nodes[index].name, compiler.slices[index]
    )
    let parts = builder.split(phases, compiler.source(of: index).slice, name, node: index)
    let result = builder.phaseBuffer(phases, for: destination)
    builder.emit(
      name, node: index, depthwise, source: parts, weight: weight, bias: bias, addend: nil, destination: result,
      destinationByteCount: canonicalLayout(phases?.shape ?? compiler.shapes[index]).byteCount)
    builder.join(phases, result, into: destination, name, node: index)
    return true
  }

  func emitDepthwiseBackward(
    _ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler
  ) throws -> Bool {
    guard let (depthwise, phases) = depthwise(index, compiler) else { return false }
    let (builder, source, plain) = (compiler.builder, compiler.source(of: index), geometry.plainWeightLayout)
    let (name, backward) = (compiler.graph.nodes[index].name, compiler.backwardName(of: index))
    let parts = builder.split(phases, source.slice, name, node: index)
    let slopes = builder.split(phases, gradient, backward, node: index)
    builder.emit(
      "\(name) (backward weights)", node: index, depthwise, source: parts,
      gradient: slopes, weights: try compiler.gradientBuffer(weight, plain, in: plain),
      weightsByteCount: plain.byteCount,
      bias: try bias.map { try compiler.gradientBuffer($0, biasLayout, in: biasLayout) })
    let input = compiler.input(of: index)
    guard compiler.wantsGradient(input) else { return true }
    let result = builder.buffer(source.layout.byteCount)
    let resultParts = builder.phaseBuffer(phases, for: result)
    builder.emit(
      backward, node: index, depthwise, gradient: slopes, weight: weight, result: resultParts,
      resultByteCount: phases.map { canonicalLayout($0.shape).byteCount } ?? source.layout.byteCount)
    builder.join(phases, resultParts, into: result, backward, node: index)
    compiler.contribute(to: input, result, source.layout)
    return true
  }

  /// The native kernel, and how maps are taken apart for it; nil where there is none.
  private func depthwise(
    _ index: Int, _ compiler: TrainingCompiler
  ) -> (kernel: BlockedDepthwise, phases: DilationPhases?)? {
    let (source, destination) = (compiler.source(of: index).layout.shape, compiler.shapes[index])
    guard geometry.dilation > 1 else {
      return compiler.chooser.depthwise(geometry, source: source, destination: destination).map { ($0, nil) }
    }
    // Of a result that has the size of the map every phase is one of a phase.
    guard geometry.stride == 1, geometry.padding == geometry.dilation * (geometry.kernelHeight / 2),
      geometry.groups == geometry.inputChannels, source == destination
    else { return nil }
    let phases = DilationPhases(of: source, dilation: geometry.dilation)
    var dense = geometry
    (dense.dilation, dense.padding) = (1, geometry.kernelHeight / 2)
    return compiler.chooser.depthwise(dense, source: phases.shape, destination: phases.shape).map { ($0, phases) }
  }
}

extension PlanBuilder {
  /// Appends a native depthwise convolution; `addend` may be the destination.
  fileprivate func emit(
    _ name: String, node: Int, _ convolution: BlockedDepthwise, source: MemorySlice, weight: String, bias: String?,
    addend: MemorySlice?, destination: MemorySlice, destinationByteCount: Int
  ) {
    let weights = packed(weight, convolution, isMirrored: false)
    let shift = packedBias(bias, convolution)
    for slice in [source, weights, shift, destination] + [addend].compactMap(\.self) { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: convolution.implementation)
    step.body = { arena in
      convolution.run(
        source: arena.address(source), weights: arena.address(weights), bias: arena.address(shift),
        addend: addend.map(arena.address), destination: arena.address(destination))
    }
    (step.written, step.writtenByteCount) = (destination, destinationByteCount)
    append(step)
  }

  /// Appends the gradient of its input.
  fileprivate func emit(
    _ name: String, node: Int, _ convolution: BlockedDepthwise, gradient: MemorySlice, weight: String,
    result: MemorySlice, resultByteCount: Int
  ) {
    let weights = packed(weight, convolution, isMirrored: convolution.mirrorsWeightsForGradient)
    let zeros = packedBias(nil, convolution)
    for slice in [gradient, weights, zeros, result] { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: convolution.implementation)
    step.body = { arena in
      convolution.sourceGradient(
        arena.address(gradient), weights: arena.address(weights), zeros: arena.address(zeros),
        result: arena.address(result))
    }
    (step.written, step.writtenByteCount) = (result, resultByteCount)
    append(step)
  }

  /// Appends the gradients of its weights and bias.
  fileprivate func emit(
    _ name: String, node: Int, _ convolution: BlockedDepthwise, source: MemorySlice, gradient: MemorySlice,
    weights: MemorySlice, weightsByteCount: Int, bias: MemorySlice?
  ) {
    let scratch = buffer(convolution.gradientScratchByteCount)
    for slice in [source, gradient, weights, scratch] + [bias].compactMap(\.self) { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: convolution.implementation)
    step.body = { arena in
      convolution.weightsGradient(
        source: arena.address(source), gradient: arena.address(gradient), weights: arena.address(weights),
        bias: bias.map(arena.address), scratch: arena.address(scratch))
    }
    (step.written, step.writtenByteCount) = (weights, weightsByteCount)
    append(step)
  }

  /// Weights as a depthwise convolution wants them; those that two layers want alike are packed once.
  private func packed(_ name: String, _ convolution: BlockedDepthwise, isMirrored: Bool) -> MemorySlice {
    let known = weights.first { $0.name == name && $0.form == .depthwise(isMirrored: isMirrored) }
    if let known { return known.destination }
    let slice = persistentBuffer(convolution.weightByteCount)
    append(WeightPacking(weights: name, of: convolution, isMirrored: isMirrored, destination: slice))
    return slice
  }

  private func packedBias(_ name: String?, _ convolution: BlockedDepthwise) -> MemorySlice {
    // An arena starts as zeros.
    guard let name else { return persistentBuffer(convolution.biasByteCount) }
    if let known = weights.first(where: { $0.name == name && $0.form == .paddedBias }) { return known.destination }
    let slice = persistentBuffer(convolution.biasByteCount)
    append(WeightPacking(bias: name, of: convolution, destination: slice))
    return slice
  }
}
