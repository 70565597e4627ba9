import CPUKernels
import ComputeGraph
import Tensors

extension PoolingOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (source, layout) = (compiler.source(of: index), compiler.layout(of: index))
    if let native = BlockedPooling(geometry, source: source.layout.shape, destination: layout.shape) {
      return compiler.builder.emit(
        compiler.graph.nodes[index].name, node: index, native, source: source.slice,
        destination: compiler.slice(of: index), destinationByteCount: layout.byteCount)
    }
    compiler.emit(index, try .pooling(geometry, .inference, source: source.layout, destination: layout))
  }

  /// The kernel that computes the gradient as well; nil where that is oneDNN's.
  private func trained(_ index: Int, _ compiler: TrainingCompiler) -> BlockedPooling? {
    let native = BlockedPooling(
      geometry, source: compiler.source(of: index).layout.shape, destination: compiler.layout(of: index).shape)
    return native.flatMap { $0.hasGradient ? $0 : nil }
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    if let native = trained(index, compiler) {
      return compiler.builder.emit(
        compiler.graph.nodes[index].name, node: index, native, source: compiler.source(of: index).slice,
        destination: compiler.slices[index], destinationByteCount: compiler.layout(of: index).byteCount)
    }
    let kernel = try Kernel.pooling(
      geometry, .forward, source: compiler.source(of: index).layout, destination: compiler.layout(of: index))
    compiler.emit(index, kernel, compiler.workspace(of: index, kernel))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    if let native = trained(index, compiler) {
      let (source, pooled) = (compiler.source(of: index), compiler.slices[index])
      let result = compiler.builder.buffer(source.layout.byteCount)
      compiler.builder.emit(
        compiler.backwardName(of: index), node: index, using: [source.slice, pooled, gradient, result],
        implementation: "blocked"
      ) { arena in
        native.runBackward(
          source: arena.address(source.slice), pooled: arena.address(pooled),
          destinationGradient: arena.address(gradient), sourceGradient: arena.address(result))
      }
      return compiler.contribute(to: compiler.input(of: index), result, source.layout)
    }
    let kernel = try Kernel.pooling(
      geometry, .backwardData, source: compiler.source(of: index).layout, destination: compiler.layout(of: index))
    compiler.emitToInput(of: index, gradient, kernel)
  }
}

extension GlobalAveragePoolingOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    compiler.emit(
      index,
      try .globalAveragePooling(
        .inference, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    compiler.emit(
      index,
      try .globalAveragePooling(
        .forward, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    compiler.emitToInput(
      of: index, gradient,
      try .globalAveragePooling(
        .backwardData, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }
}
