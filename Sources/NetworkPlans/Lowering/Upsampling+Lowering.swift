import CPUKernels
import ComputeGraph
import Tensors

extension UpsamplingOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    compiler.emit(
      index,
      try .upsampling(.inference, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    compiler.emit(
      index,
      try .upsampling(.forward, source: compiler.source(of: index).layout, destination: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let kernel = try Kernel.upsampling(
      .backwardData, source: compiler.source(of: index).layout, destination: compiler.layout(of: index))
    compiler.emitToInput(of: index, gradient, kernel)
  }
}
