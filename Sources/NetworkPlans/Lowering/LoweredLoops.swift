import CPUKernels
import ComputeGraph
import Tensors

/// An operation in plain loops over row-major copies.
struct LoweredLoops: LoweredOperation {
  private let loops: any PlainLoops
  private let input: TensorShape
  private let output: TensorShape

  /// - Precondition: the operation has plain loops, for an input of this shape.
  init(_ node: Graph.Node, shapes: [TensorShape], index: Int) {
    (input, output) = (shapes[node.inputs[0]], shapes[index])
    guard let loops = node.operation.plainLoops(input: input, output: output) else {
      preconditionFailure("nothing computes \(node.operation.title)")
    }
    self.loops = loops
  }

  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    try emit(
      compiler.builder, compiler.graph.nodes[index].name, node: index, from: compiler.source(of: index).slice,
      to: compiler.slice(of: index))
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    try emit(
      compiler.builder, compiler.graph.nodes[index].name, node: index, from: compiler.slices[compiler.input(of: index)],
      to: compiler.slices[index])
  }

  private func emit(
    _ builder: PlanBuilder, _ name: String, node: Int, from source: MemorySlice, to result: MemorySlice
  ) throws(KernelError) {
    let (plainInput, plainOutput) = (TensorLayout(.plain, shape: input), TensorLayout(.plain, shape: output))
    let (before, after) = (builder.buffer(plainInput.byteCount), builder.buffer(plainOutput.byteCount))
    try builder.emitReorder(name, node: node, from: (source, canonicalLayout(input)), to: (before, plainInput))
    builder.emit(name, node: node, using: [before, after], implementation: "loops") { arena in
      loops.forward(arena.floats(before, input.elementCount), to: arena.mutableFloats(after, output.elementCount))
    }
    try builder.emitReorder(name, node: node, from: (after, plainOutput), to: (result, canonicalLayout(output)))
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    let source = compiler.input(of: index)
    guard compiler.wantsGradient(source) else { return }
    let (builder, name) = (compiler.builder, compiler.backwardName(of: index))
    let (plainInput, plainOutput) = (TensorLayout(.plain, shape: input), TensorLayout(.plain, shape: output))
    let (value, before) = (builder.buffer(plainInput.byteCount), builder.buffer(plainOutput.byteCount))
    let after = builder.buffer(plainInput.byteCount)
    try builder.emitReorder(
      name, node: index, from: (compiler.slices[source], canonicalLayout(input)), to: (value, plainInput))
    try builder.emitReorder(name, node: index, from: (gradient, canonicalLayout(output)), to: (before, plainOutput))
    builder.emit(name, node: index, using: [value, before, after], implementation: "loops") { arena in
      loops.backward(
        arena.floats(before, output.elementCount), input: arena.floats(value, input.elementCount),
        to: arena.mutableFloats(after, input.elementCount))
    }
    compiler.contribute(to: source, after, plainInput)
  }
}

extension Arena {
  fileprivate func floats(_ slice: MemorySlice, _ count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(mutableFloats(slice, count))
  }

  fileprivate func mutableFloats(_ slice: MemorySlice, _ count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: address(slice).assumingMemoryBound(to: Float.self), count: count)
  }
}
