import CPUKernels
import ComputeGraph
import Tensors

/// Values and gradients of training in bf16, beside their floats.
extension TrainingCompiler {
  /// A node's value in bf16: rounded once, for the forward pass and for the gradient of the weights.
  func half(of index: Int) -> (slice: MemorySlice, layout: TensorLayout) {
    let layout = halfLayout(of: index)
    if let known = halves[index] { return (known, layout) }
    let slice = rounded(slices[index], of: index, "\(graph.nodes[index].name) (to bf16)")
    halves[index] = slice
    return (slice, layout)
  }

  /// The gradient of a node's value in bf16, for both gradients that are computed from it.
  func halfGradient(_ gradient: MemorySlice, of index: Int) -> (slice: MemorySlice, layout: TensorLayout) {
    let layout = halfLayout(of: index)
    if let known = halfGradients[index] { return (known, layout) }
    let slice = rounded(gradient, of: index, "\(backwardName(of: index)) (to bf16)")
    halfGradients[index] = slice
    return (slice, layout)
  }

  func halfLayout(of index: Int) -> TensorLayout {
    let shape = shapes[index]
    return TensorLayout(shape.rank == 4 ? .channelBlocked : .plain, of: .bfloat16, shape: shape)
  }

  private func rounded(_ source: MemorySlice, of index: Int, _ name: String) -> MemorySlice {
    let byteCount = halfLayout(of: index).byteCount
    let result = builder.buffer(byteCount)
    builder.emit(name, node: index, using: [source, result], implementation: "rounding") { arena in
      BFloat16.round(arena.address(source), to: arena.address(result), count: byteCount / 2)
    }
    return result
  }

  /// Whether a layer that multiplies is to do so in bf16. Scores and boxes of a head, a few operations whose rounding the losses
  /// would see at once, stay floats, as does what reads the network's own input.
  func usesBFloat16(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    guard precision == .bfloat16, !graph.outputs.contains(index), !graph.readsPlainInput(index),
      let input = node.inputs.first
    else { return false }
    switch node.operation {
    case let operation as ConvolutionOperation:
      return chooser.prefersBFloat16(operation.geometry, source: shapes[input], destination: shapes[index])
    case is InnerProductOperation: return true
    default: return false
    }
  }
}
