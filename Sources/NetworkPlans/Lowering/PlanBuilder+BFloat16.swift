import CPUKernels
import Tensors

extension PlanBuilder {
  /// Appends a convolution in bf16; `addend` may be the destination.
  func emit(
    _ name: String, node: Int?, _ convolution: BFloat16Convolution, source: MemorySlice, weight: String, bias: String?,
    addend: MemorySlice?, destination: MemorySlice
  ) {
    let weights = packedWeights(weight, convolution)
    let shift = packedBias(bias, convolution)
    let scratch = convolution.scratchByteCount > 0 ? buffer(convolution.scratchByteCount) : nil
    let used = [source, weights, destination, shift] + [addend, scratch].compactMap(\.self)
    emit(name, node: node, using: used, implementation: convolution.implementation) { arena in
      convolution.run(
        source: arena.address(source), weights: arena.address(weights), bias: arena.address(shift),
        addend: addend.map(arena.address), destination: arena.address(destination),
        scratch: scratch.map(arena.address))
    }
  }

  /// Weights in the form that a convolution wants; one that two of them want alike is packed once.
  private func packedWeights(_ name: String, _ convolution: BFloat16Convolution) -> MemorySlice {
    let known = weights.first { $0.name == name && $0.form == .bfloat16Weights(convolution.form) }
    if let known { return known.destination }
    let slice = persistentBuffer(convolution.weightByteCount)
    append(WeightPacking(weights: name, of: convolution, destination: slice))
    return slice
  }

  private func packedBias(_ name: String?, _ convolution: BFloat16Convolution) -> MemorySlice {
    // An arena starts as zeros.
    guard let name else { return persistentBuffer(convolution.biasByteCount) }
    if let known = weights.first(where: { $0.name == name && $0.form == .paddedBias }) { return known.destination }
    let slice = persistentBuffer(convolution.biasByteCount)
    append(WeightPacking(bias: name, of: convolution, destination: slice))
    return slice
  }
}
