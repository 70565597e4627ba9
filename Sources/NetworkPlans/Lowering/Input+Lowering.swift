import ComputeGraph
import Tensors

extension InputOperation: LoweredOperation {
  var writesAnywhere: Bool { false }

  /// The input stays plain for convolutions that read it so; everything else reads a blocked copy.
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws { try compiler.emitInput(index) }
  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws { try compiler.emitInput(index) }
  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {}
}
