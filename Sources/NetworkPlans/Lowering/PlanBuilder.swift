import CPUKernels
import ComputeGraph
import Tensors

/// One thing that a plan does, with the memory that it writes (for finding non-finite values).
struct PlanStep {
  var name: String
  /// Index of the graph's node that it belongs to; nil for changes of layout at the borders.
  var node: Int?
  var kernel: Kernel?
  var body: ((Arena) -> Void)?
  /// What computes it, as benchmarks show it.
  var implementation: String
  var written: MemorySlice?
  var writtenByteCount = 0

  /// - Parameter arena: what the kernel is bound to, of which it knows only the addresses.
  func run(_ arena: Arena) throws(KernelError) {
    defer { withExtendedLifetime(arena) {} }
    try kernel?.execute()
    body?(arena)
  }
}

/// Collects a plan's steps and buffers, works out how long each buffer lives, and binds the kernels to memory.
final class PlanBuilder {
  private(set) var steps: [PlanStep] = []
  private(set) var buffers: [BufferRequest] = []
  /// Parameters to be packed before the steps run: once for inference, before every forward pass in training.
  private(set) var weights: [WeightPacking] = []
  private var bindings: [(kernel: Kernel, role: Kernel.Role, slice: MemorySlice)] = []

  /// A new buffer, alive from its first to its last use.
  func buffer(_ byteCount: Int) -> MemorySlice {
    buffers.append(BufferRequest(byteCount: byteCount, lifetime: nil))
    return MemorySlice(buffer: buffers.count - 1)
  }

  /// A buffer that lives as long as the plan.
  func persistentBuffer(_ byteCount: Int) -> MemorySlice {
    let slice = buffer(byteCount)
    use(slice, at: -1)
    use(slice, at: Int.max)
    return slice
  }

  /// Keeps a buffer alive at a step; −1 is before the first one.
  func use(_ slice: MemorySlice, at step: Int) {
    let old = buffers[slice.buffer].lifetime
    buffers[slice.buffer].lifetime = min(old?.lowerBound ?? step, step)...max(old?.upperBound ?? step, step)
  }

  /// Appends a kernel and binds its memory; roles that the kernel does not have are skipped.
  func emit(
    _ name: String, node: Int? = nil, _ kernel: Kernel, writes: Kernel.Role? = .destination,
    _ arguments: [(Kernel.Role, MemorySlice)]
  ) {
    let index = steps.count
    var step = PlanStep(name: name, node: node, kernel: kernel, implementation: kernel.implementation)
    for (role, slice) in arguments {
      let byteCount = kernel.byteCount(of: role)
      guard byteCount > 0 else { continue }
      use(slice, at: index)
      bindings.append((kernel, role, slice))
      if role == writes { (step.written, step.writtenByteCount) = (slice, byteCount) }
    }
    let scratch = kernel.byteCount(of: .scratch)
    if scratch > 0 {
      let slice = buffer(scratch)
      use(slice, at: index)
      bindings.append((kernel, .scratch, slice))
    }
    steps.append(step)
  }

  /// Appends native work on the given memory.
  func emit(
    _ name: String, node: Int? = nil, using slices: [MemorySlice], implementation: String = "",
    _ body: @escaping (Arena) -> Void
  ) {
    for slice in slices { use(slice, at: steps.count) }
    steps.append(PlanStep(name: name, node: node, body: body, implementation: implementation))
  }

  /// Bytes of activations and scratch that are first touched at a step.
  func allocatedByteCount(at step: Int) -> Int {
    buffers.reduce(0) { $0 + ($1.lifetime?.lowerBound == step ? $1.byteCount : 0) }
  }

  func append(_ step: PlanStep) { steps.append(step) }
  func append(_ packing: WeightPacking) { weights.append(packing) }

  /// Copies between layouts.
  func emitReorder(
    _ name: String, node: Int? = nil, from source: (MemorySlice, TensorLayout),
    to destination: (MemorySlice, TensorLayout)
  ) throws(KernelError) {
    let kernel = try Kernel.reorder(from: source.1, to: destination.1)
    emit(name, node: node, kernel, [(.source, source.0), (.destination, destination.0)])
  }

  /// Memory that holds a parameter as a kernel wants it; a parameter that two kernels want alike is packed once.
  func packed(
    _ name: String, _ plain: TensorLayout, _ kernel: Kernel, _ role: Kernel.Role
  ) throws(KernelError) -> MemorySlice {
    let layout = kernel.layout(of: role, shape: plain.shape)
    if let known = weights.first(where: { $0.name == name && $0.form == .layout(layout) }) { return known.destination }
    let slice = persistentBuffer(layout.byteCount)
    weights.append(try WeightPacking(name: name, plain: plain, packed: layout, destination: slice))
    return slice
  }

  /// The same for a kernel of bytes, with what each output channel is multiplied with before it is rounded.
  func packed(
    _ name: String, _ plain: TensorLayout, _ kernel: Kernel, _ role: Kernel.Role, scales: [Float]
  ) throws(KernelError) -> MemorySlice {
    let layout = kernel.layout(of: role, shape: plain.shape)
    let slice = persistentBuffer(layout.byteCount)
    weights.append(
      try WeightPacking(name: name, plain: plain, packed: layout, destination: slice, scales: scales))
    return slice
  }

  /// The memory, with every kernel bound to its place in it.
  ///
  /// - Parameter elsewhere: buffers that are the only one of an arena of their own.
  func makeArena(elsewhere: [Int: Arena] = [:]) throws -> Arena {
    let arena = try Arena(buffers, elsewhere: elsewhere)
    defer { withExtendedLifetime(arena) {} }
    for (kernel, role, slice) in bindings { try kernel.bind(role, to: arena.address(slice)) }
    bindings = []
    return arena
  }
}

/// The layout in which a plan keeps a value: blocked channels for maps, plain for everything else.
func canonicalLayout(_ shape: TensorShape) -> TensorLayout {
  TensorLayout(shape.rank == 4 ? .channelBlocked : .plain, shape: shape)
}

extension Graph {
  /// Whether a convolution reads the network's input as it is, without a blocked copy: few channels would be
  /// padded to a whole block, and oneDNN has kernels for just this case.
  func readsPlainInput(_ index: Int) -> Bool {
    guard let node = nodes[index].convolution, let input = nodes[index].inputs.first,
      let images = nodes[input].operation as? InputOperation
    else { return false }
    return images.channels < 8 && node.geometry.groups == 1 && !node.geometry.isTransposed
  }
}
