import CPUKernels
import ComputeGraph
import Tensors

extension SoftmaxOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    compiler.emit(index, try .softmax(.inference, axis: 1, layout: compiler.layout(of: index)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    compiler.emit(index, try .softmax(.forward, axis: 1, layout: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let kernel = try Kernel.softmax(.backwardData, axis: 1, layout: compiler.layout(of: index))
    compiler.emitToInput(of: index, gradient, kernel, [(.destination, compiler.slices[index])])
  }
}
