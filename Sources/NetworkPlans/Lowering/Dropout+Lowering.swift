import ComputeGraph
import Tensors

extension DropoutOperation: LoweredOperation {
  var writesAnywhere: Bool { false }

  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws {
    compiler.show(compiler.source(of: index).slice, as: index)
  }

  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws {
    let byteCount = compiler.layout(of: index).byteCount
    let mask = compiler.builder.persistentBuffer(byteCount)
    compiler.dropoutMasks.append((mask, byteCount / 4, rate))
    compiler.workspaces[index] = mask
    compiler.builder.emitProduct(
      compiler.graph.nodes[index].name, node: index, compiler.source(of: index).slice, mask,
      to: compiler.slices[index], count: byteCount / 4)
  }

  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws {
    guard let mask = compiler.workspaces[index] else { return }
    let layout = compiler.layout(of: index)
    let result = compiler.builder.buffer(layout.byteCount)
    compiler.builder.emitProduct(
      compiler.backwardName(of: index), node: index, gradient, mask, to: result, count: layout.byteCount / 4)
    compiler.contribute(to: compiler.input(of: index), result, layout)
  }
}

extension PlanBuilder {
  /// Element by element left · right.
  fileprivate func emitProduct(
    _ name: String, node: Int, _ left: MemorySlice, _ right: MemorySlice, to result: MemorySlice, count: Int
  ) {
    emit(name, node: node, using: [left, right, result]) { arena in
      let a = arena.address(left).assumingMemoryBound(to: Float.self)
      let b = arena.address(right).assumingMemoryBound(to: Float.self)
      let product = arena.address(result).assumingMemoryBound(to: Float.self)
      for index in 0..<count { product[index] = a[index] * b[index] }
    }
  }
}
