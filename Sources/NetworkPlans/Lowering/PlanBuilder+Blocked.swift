import CPUKernels
import Tensors

extension PlanBuilder {
  /// Appends a native convolution; `addend` may be the destination.
  func emit(
    _ name: String, node: Int?, _ convolution: BlockedConvolution, source: MemorySlice, weight: String, bias: String?,
    addend: MemorySlice?, destination: MemorySlice, destinationByteCount: Int
  ) {
    let weights = packedWeights(weight, convolution)
    let shift = packedBias(bias, convolution)
    let scratch = convolution.scratchByteCount > 0 ? buffer(convolution.scratchByteCount) : nil
    let used = [source, weights, destination] + [shift, addend, scratch].compactMap(\.self)
    for slice in used { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: convolution.implementation)
    step.body = { arena in
      convolution.run(
        source: arena.address(source), weights: arena.address(weights), bias: arena.address(shift),
        addend: addend.map(arena.address), destination: arena.address(destination),
        scratch: scratch.map(arena.address))
    }
    (step.written, step.writtenByteCount) = (destination, destinationByteCount)
    append(step)
  }

  /// Appends a native pooling.
  func emit(
    _ name: String, node: Int?, _ pooling: BlockedPooling, source: MemorySlice, destination: MemorySlice,
    destinationByteCount: Int
  ) {
    for slice in [source, destination] { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: "blocked")
    step.body = { arena in pooling.run(source: arena.address(source), destination: arena.address(destination)) }
    (step.written, step.writtenByteCount) = (destination, destinationByteCount)
    append(step)
  }

  /// Appends the gradients of a convolution's weights and bias.
  func emit(
    _ name: String, node: Int?, _ gradient: BlockedWeightsGradient, source: MemorySlice,
    destinationGradient: MemorySlice, weights: MemorySlice, weightsByteCount: Int, bias: MemorySlice?
  ) {
    let scratch = buffer(gradient.scratchByteCount)
    let used = [source, destinationGradient, weights, scratch] + [bias].compactMap(\.self)
    for slice in used { use(slice, at: steps.count) }
    var step = PlanStep(name: name, node: node, implementation: gradient.implementation)
    step.body = { arena in
      gradient.run(
        source: arena.address(source), destinationGradient: arena.address(destinationGradient),
        weights: arena.address(weights), bias: bias.map(arena.address), scratch: arena.address(scratch))
    }
    (step.written, step.writtenByteCount) = (weights, weightsByteCount)
    append(step)
  }

  /// Weights in the form that a native convolution wants; one that two of them want alike is packed once.
  private func packedWeights(_ name: String, _ convolution: BlockedConvolution) -> MemorySlice {
    let known = weights.first { $0.name == name && $0.form == .weights(convolution.form) }
    if let known { return known.destination }
    let slice = persistentBuffer(convolution.weightByteCount)
    append(WeightPacking(weights: name, of: convolution, destination: slice))
    return slice
  }

  private func packedBias(_ name: String?, _ convolution: BlockedConvolution) -> MemorySlice {
    // An arena starts as zeros.
    guard let name else { return persistentBuffer(convolution.biasByteCount) }
    if let known = weights.first(where: { $0.name == name && $0.form == .paddedBias }) { return known.destination }
    let slice = persistentBuffer(convolution.biasByteCount)
    append(WeightPacking(bias: name, of: convolution, destination: slice))
    return slice
  }
}
