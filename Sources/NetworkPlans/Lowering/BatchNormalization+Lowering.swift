import CPUKernels
import ComputeGraph
import Tensors

extension BatchNormalizationOperation: LoweredOperation {
  var vector: TensorLayout { TensorLayout(.plain, shape: [channels]) }

  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let kernel = try Kernel.batchNormalization(
      .inference, layout: compiler.layout(of: index), epsilon: epsilon, relu: relu)
    let (builder, vector) = (compiler.builder, vector)
    compiler.emit(
      index, kernel,
      [
        (.mean, try builder.packed(runningMean, vector, kernel, .mean)),
        (.variance, try builder.packed(runningVariance, vector, kernel, .variance)),
        (.scale, try builder.packed(scale, vector, kernel, .scale)),
        (.shift, try builder.packed(shift, vector, kernel, .shift)),
      ])
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    if compiler.leavesNormalization(index) { return }
    try emitForward(index, activation: relu ? .relu : nil, result: index, compiler)
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    try emitBackward(index, activation: relu ? .relu : nil, gradient, result: index, compiler)
  }
}
