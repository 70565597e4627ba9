import CPUKernels
import ComputeGraph
import Tensors

extension BatchNormalizationOperation: LoweredOperation {
  private var vector: TensorLayout { TensorLayout(.plain, shape: [channels]) }

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
    let kernel = try Kernel.batchNormalization(
      .forward, layout: compiler.layout(of: index), epsilon: epsilon, relu: relu)
    let (builder, vector) = (compiler.builder, vector)
    let mean = builder.persistentBuffer(vector.byteCount)
    let variance = builder.persistentBuffer(vector.byteCount)
    compiler.statistics.append(
      TrainingCompiler.Statistics(
        index: index, operation: self, mean: mean, variance: variance,
        sampleCount: compiler.shapes[index].elementCount / channels))
    compiler.emit(
      index, kernel,
      [
        (.mean, mean), (.variance, variance), (.scale, try builder.packed(scale, vector, kernel, .scale)),
        (.shift, try builder.packed(shift, vector, kernel, .shift)),
      ] + compiler.workspace(of: index, kernel))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    guard let values = compiler.statistics.first(where: { $0.index == index }) else { return }
    let kernel = try Kernel.batchNormalization(
      .backwardData, layout: compiler.layout(of: index), epsilon: epsilon, relu: relu)
    let (builder, vector) = (compiler.builder, vector)
    compiler.emitToInput(
      of: index, gradient, kernel,
      [
        (.source, compiler.source(of: index).slice), (.mean, values.mean), (.variance, values.variance),
        (.scale, try builder.packed(scale, vector, kernel, .scale)),
        (.shift, try builder.packed(shift, vector, kernel, .shift)),
        (.scaleGradient, try compiler.gradientBuffer(scale, vector, kernel, .scaleGradient)),
        (.shiftGradient, try compiler.gradientBuffer(shift, vector, kernel, .shiftGradient)),
      ])
  }
}
