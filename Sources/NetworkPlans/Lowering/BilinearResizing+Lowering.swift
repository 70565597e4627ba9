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
    guard compiler.wantsGradient(compiler.input(of: index)) else { return }
    let kernel = try Kernel.bilinearResizing(
      .backwardData, source: compiler.source(of: index).layout, destination: compiler.layout(of: index))
    compiler.emitToInput(of: index, gradient, kernel)
  }
}
