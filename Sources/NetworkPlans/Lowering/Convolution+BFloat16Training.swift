import CPUKernels
import ComputeGraph
import Tensors

/// Convolutions of training in bf16 by oneDNN, each false where it has nothing but its reference loop.
extension ConvolutionOperation {
  func emitBFloat16Forward(_ index: Int, _ compiler: TrainingCompiler) throws -> Bool {
    let input = compiler.input(of: index)
    let kernel = try Kernel.convolution(
      geometry, .forward, source: compiler.halfLayout(of: input), destination: compiler.layout(of: index),
      hasBias: bias != nil)
    if kernel.isReference { return false }
    let source = compiler.half(of: input)
    compiler.builder.emit(
      compiler.graph.nodes[index].name, node: index, kernel,
      [(.source, source.slice), (.destination, compiler.slices[index])]
        + (try parameters(kernel, compiler.builder)))
    return true
  }

  func emitBFloat16WeightsGradient(
    _ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler
  ) throws -> Bool {
    let input = compiler.input(of: index)
    let kernel = try Kernel.convolution(
      geometry, .backwardWeights, source: compiler.halfLayout(of: input), destination: compiler.halfLayout(of: index),
      hasBias: bias != nil)
    if kernel.isReference { return false }
    let (source, half) = (compiler.half(of: input), compiler.halfGradient(gradient, of: index))
    var arguments = [
      (Kernel.Role.source, source.slice), (.destinationGradient, half.slice),
      (.weightsGradient, try compiler.gradientBuffer(weight, geometry.plainWeightLayout, kernel, .weightsGradient)),
    ]
    if let bias {
      arguments.append((.biasGradient, try compiler.gradientBuffer(bias, biasLayout, kernel, .biasGradient)))
    }
    compiler.builder.emit(
      "\(compiler.graph.nodes[index].name) (backward weights)", node: index, kernel, writes: .weightsGradient, arguments
    )
    return true
  }

  func emitBFloat16DataGradient(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws -> Bool {
    let kernel = try Kernel.convolution(
      geometry, .backwardData, source: compiler.source(of: index).layout, destination: compiler.halfLayout(of: index),
      hasBias: false)
    if kernel.isReference { return false }
    let packed = try compiler.builder.packed(weight, geometry.plainWeightLayout, kernel, .weights)
    compiler.emitToInput(of: index, compiler.halfGradient(gradient, of: index).slice, kernel, [(.weights, packed)])
    return true
  }
}
