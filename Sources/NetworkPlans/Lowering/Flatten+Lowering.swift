import CPUKernels
import ComputeGraph
import Tensors

extension FlattenOperation: LoweredOperation {
  var writesAnywhere: Bool { false }

  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let source = compiler.source(of: index)
    try compiler.builder.emitReorder(
      compiler.graph.nodes[index].name, node: index, from: source,
      to: (compiler.slice(of: index), TensorLayout(.plain, shape: source.layout.shape)))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let source = compiler.source(of: index)
    try compiler.builder.emitReorder(
      compiler.graph.nodes[index].name, node: index, from: source,
      to: (compiler.slices[index], TensorLayout(.plain, shape: source.layout.shape)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let input = compiler.input(of: index)
    compiler.contribute(to: input, gradient, TensorLayout(.plain, shape: compiler.shapes[input]))
  }
}
