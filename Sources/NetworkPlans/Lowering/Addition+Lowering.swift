import CPUKernels
import ComputeGraph
import Tensors

extension AdditionOperation: LoweredOperation {
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    let (left, right) = (compiler.source(of: index), compiler.source(of: index, 1))
    let kernel = try Kernel.addition(left.layout, right.layout, destination: compiler.layout(of: index), relu: relu)
    compiler.emit(index, kernel, [(.secondSource, right.slice)])
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let layout = compiler.layout(of: index)
    let kernel = try Kernel.addition(compiler.source(of: index).layout, layout, destination: layout, relu: relu)
    compiler.emit(index, kernel, [(.secondSource, compiler.slices[compiler.input(of: index, 1)])])
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let layout = compiler.layout(of: index)
    var flowing = gradient
    if relu {
      let kernel = try Kernel.activation(.relu, .backwardData, layout: layout)
      flowing = compiler.builder.buffer(layout.byteCount)
      compiler.builder.emit(
        compiler.backwardName(of: index), node: index, kernel, writes: .sourceGradient,
        [
          (.destination, compiler.slices[index]), (.destinationGradient, gradient), (.sourceGradient, flowing),
        ])
    }
    for input in compiler.graph.nodes[index].inputs { compiler.contribute(to: input, flowing, layout) }
  }
}
