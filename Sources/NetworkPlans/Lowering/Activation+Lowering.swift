import CPUKernels
import ComputeGraph
import Tensors

extension ActivationOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let input = compiler.graph.nodes[index].inputs[0]
    if compiler.isDisposable(input, after: index) { compiler.slices[index] = compiler.slice(of: input) }
    compiler.emit(index, try .activation(activation, .inference, layout: compiler.layout(of: index)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    compiler.emit(index, try .activation(activation, .forward, layout: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let kernel = try Kernel.activation(activation, .backwardData, layout: compiler.layout(of: index))
    let operand = activation.backwardOperand
    compiler.emitToInput(
      of: index, gradient, kernel,
      [(operand, operand == .source ? compiler.source(of: index).slice : compiler.slices[index])])
  }
}
