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
    if let (node, normalization) = normalization(before: index, compiler) {
      return try normalization.emitForward(node, activation: activation, result: index, compiler)
    }
    compiler.emit(index, try .activation(activation, .forward, layout: compiler.layout(of: index)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    if let (node, normalization) = normalization(before: index, compiler) {
      return try normalization.emitBackward(node, activation: activation, gradient, result: index, compiler)
    }
    let kernel = try Kernel.activation(activation, .backwardData, layout: compiler.layout(of: index))
    let operand = activation.backwardOperand
    compiler.emitToInput(
      of: index, gradient, kernel,
      [(operand, operand == .source ? compiler.source(of: index).slice : compiler.slices[index])])
  }

  private func normalization(
    before index: Int, _ compiler: TrainingCompiler
  ) -> (Int, BatchNormalizationOperation)? {
    guard let node = compiler.normalization(before: index),
      let operation = compiler.graph.nodes[node].operation as? BatchNormalizationOperation
    else { return nil }
    return (node, operation)
  }
}
