import CPUKernels
import ComputeGraph
import Tensors

extension ChannelSliceOperation: LoweredOperation {
  var writesAnywhere: Bool { false }

  /// With one image and whole blocks a part of the channels is where it is; else it is copied.
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (whole, layout) = (compiler.source(of: index), compiler.layout(of: index))
    if layout.shape[0] == 1, let part = whole.layout.wholeBlocks(from: first, count: count) {
      compiler.show(whole.slice.advanced(by: part.byteOffset), as: index)
    } else {
      try compiler.builder.emitChannels(
        compiler.graph.nodes[index].name, node: index, from: whole, first: first,
        to: (compiler.slice(of: index), layout))
    }
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    try compiler.builder.emitChannels(
      compiler.graph.nodes[index].name, node: index, from: compiler.source(of: index), first: first,
      to: (compiler.slices[index], compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let (input, source) = (compiler.input(of: index), compiler.source(of: index))
    guard compiler.wantsGradient(input) else { return }
    let result = compiler.builder.buffer(source.layout.byteCount)
    try compiler.builder.emitChannelsBackward(
      compiler.backwardName(of: index), node: index, from: (gradient, compiler.layout(of: index)), first: first,
      to: (result, source.layout))
    compiler.contribute(to: input, result, source.layout)
  }
}

extension PlanBuilder {
  /// Copies the channels of a map from `first` on, as many as the result has; where blocks do not line up, by way of a
  /// plain copy.
  fileprivate func emitChannels(
    _ name: String, node: Int, from whole: (slice: MemorySlice, layout: TensorLayout), first: Int,
    to part: (slice: MemorySlice, layout: TensorLayout)
  ) throws(KernelError) {
    let count = part.layout.shape[1]
    if let source = whole.layout.wholeBlocks(from: first, count: count) {
      return try emitReorder(name, node: node, from: (whole.slice, source), to: part)
    }
    let plain = TensorLayout(.plain, shape: whole.layout.shape)
    let copy = buffer(plain.byteCount)
    try emitReorder(name, node: node, from: whole, to: (copy, plain))
    guard let source = plain.channels(from: first, count: count) else {
      preconditionFailure("channels \(first) to \(first + count) of \(whole.layout.shape)")
    }
    try emitReorder(name, node: node, from: (copy, source), to: part)
  }

  /// The reverse: puts the part's channels into a map that is zero otherwise.
  fileprivate func emitChannelsBackward(
    _ name: String, node: Int, from part: (slice: MemorySlice, layout: TensorLayout), first: Int,
    to whole: (slice: MemorySlice, layout: TensorLayout)
  ) throws(KernelError) {
    let count = part.layout.shape[1]
    if let destination = whole.layout.wholeBlocks(from: first, count: count) {
      emitZeros(name, node: node, whole.slice, byteCount: whole.layout.byteCount)
      return try emitReorder(name, node: node, from: part, to: (whole.slice, destination))
    }
    let plain = TensorLayout(.plain, shape: whole.layout.shape)
    let copy = buffer(plain.byteCount)
    emitZeros(name, node: node, copy, byteCount: plain.byteCount)
    guard let destination = plain.channels(from: first, count: count) else {
      preconditionFailure("channels \(first) to \(first + count) of \(whole.layout.shape)")
    }
    try emitReorder(name, node: node, from: part, to: (copy, destination))
    try emitReorder(name, node: node, from: (copy, plain), to: whole)
  }

  private func emitZeros(_ name: String, node: Int, _ slice: MemorySlice, byteCount: Int) {
    emit(name, node: node, using: [slice]) { arena in
      arena.address(slice).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
  }
}

extension TensorLayout {
  /// A range of channels in place, where it begins and ends with a block of a blocked layout.
  fileprivate func wholeBlocks(from first: Int, count: Int) -> TensorLayout? {
    guard first % OneDNN.channelBlock == 0 && count % OneDNN.channelBlock == 0 else { return nil }
    return channels(from: first, count: count)
  }
}
