import CPUKernels
import ComputeGraph
import Tensors

extension BilinearResizingOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    compiler.emit(
      index,
      try .bilinearResizing(
        .inference, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    compiler.emit(
      index,
      try .bilinearResizing(
        .forward, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let input = compiler.input(of: index)
    guard compiler.wantsGradient(input) else { return }
    let layout = compiler.source(of: index).layout
    let native = BlockedResizingGradient(source: layout.shape, destination: compiler.shapes[index])
    let result = compiler.builder.buffer(layout.byteCount)
    compiler.builder.emit(
      compiler.backwardName(of: index), node: index, using: [gradient, result], implementation: "blocked"
    ) { arena in
      native.run(destinationGradient: arena.address(gradient), sourceGradient: arena.address(result))
    }
    compiler.contribute(to: input, result, layout)
  }
}
