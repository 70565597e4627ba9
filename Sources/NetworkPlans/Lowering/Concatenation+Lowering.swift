import CPUKernels
import ComputeGraph
import Tensors

extension ConcatenationOperation: LoweredOperation {
  /// Parts that are where they belong need no copy.
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    if compiler.hasParts(ofConcatenation: index) { return }
    let node = compiler.graph.nodes[index]
    let kernel = try Kernel.concatenation(
      node.inputs.map { compiler.layout(of: $0) }, destination: compiler.layout(of: index))
    let parts = node.inputs.enumerated().map { (Kernel.Role.input($0), compiler.slice(of: $1)) }
    compiler.builder.emit(node.name, node: index, kernel, parts + [(.destination, compiler.slice(of: index))])
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let node = compiler.graph.nodes[index]
    let kernel = try Kernel.concatenation(
      node.inputs.map { compiler.layout(of: $0) }, destination: compiler.layout(of: index))
    let parts = node.inputs.enumerated().map { (Kernel.Role.input($0), compiler.slices[$1]) }
    compiler.builder.emit(node.name, node: index, kernel, parts + [(.destination, compiler.slices[index])])
  }

  /// Each part gets its channels; where blocks do not line up, by way of a plain copy.
  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let (builder, name) = (compiler.builder, compiler.backwardName(of: index))
    let inputs = compiler.graph.nodes[index].inputs
    var whole = (slice: gradient, layout: compiler.layout(of: index))
    if !inputs.allSatisfy({ compiler.shapes[$0][1] % OneDNN.channelBlock == 0 }) {
      let plain = TensorLayout(.plain, shape: compiler.shapes[index])
      let copy = builder.buffer(plain.byteCount)
      try builder.emitReorder(name, node: index, from: whole, to: (copy, plain))
      whole = (copy, plain)
    }
    var first = 0
    for input in inputs {
      let (count, layout) = (compiler.shapes[input][1], compiler.layout(of: input))
      if compiler.wantsGradient(input), let part = whole.layout.channels(from: first, count: count) {
        let result = builder.buffer(layout.byteCount)
        try builder.emitReorder(name, node: index, from: (whole.slice, part), to: (result, layout))
        compiler.contribute(to: input, result, layout)
      }
      first += count
    }
  }
}
