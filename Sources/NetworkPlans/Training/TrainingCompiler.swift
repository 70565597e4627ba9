import CPUKernels
import ComputeGraph
import Tensors

/// Turns a graph into the steps of a ``TrainingPlan``: forward up to `boundary`, backward from there.
final class TrainingCompiler {
  /// Where a batch normalisation leaves its batch's statistics.
  struct Statistics {
    /// The graph's node; a layer applied twice has statistics of its own for each.
    var index: Int
    var operation: BatchNormalizationOperation
    var mean: MemorySlice
    var variance: MemorySlice
    /// Elements per channel.
    var sampleCount: Int
  }

  /// A gradient that flows into a value, in some layout.
  struct Contribution {
    var slice: MemorySlice
    var layout: TensorLayout
  }

  let builder = PlanBuilder()
  /// Weights change with every step, so that every run packs them.
  let chooser = ConvolutionChooser(expectedRuns: 1)
  let graph: Graph
  let shapes: [TensorShape]
  let needsInputGradient: Bool
  let zeroCopy: ZeroCopyBindings
  let precision: TrainingPrecision
  /// Nodes whose values and gradients are kept for the caller, in row-major order.
  let observed: Set<Int>
  private(set) var observedValues: [Int: MemorySlice] = [:]
  private(set) var observedGradients: [Int: MemorySlice] = [:]
  var statistics: [Statistics] = []
  var dropoutMasks: [(slice: MemorySlice, count: Int, rate: Float)] = []
  var parameterGradients: [ParameterGradient] = []
  /// Number of forward steps.
  private(set) var boundary = 0
  private(set) var input = MemorySlice(buffer: 0)
  private(set) var outputs: [MemorySlice] = []
  private(set) var outputGradients: [MemorySlice] = []
  private(set) var inputGradient: MemorySlice?

  /// Where each node's result lives.
  var slices: [MemorySlice] = []
  /// Nodes' results, and gradients of them, in bf16.
  var halves: [Int: MemorySlice] = [:]
  var halfGradients: [Int: MemorySlice] = [:]
  /// Workspaces that the backward kernels read.
  var workspaces: [Int: MemorySlice] = [:]
  var plainInput = MemorySlice(buffer: 0)
  private var contributions: [[Contribution]]
  /// Whether anything trainable lies at or before a node.
  private var needsGradient: [Bool] = []
  private let lowered: [any LoweredOperation]
  /// The nodes that read each node.
  let readers: [[Int]]

  init(
    _ graph: Graph, shapes: [TensorShape], needsInputGradient: Bool, zeroCopy: ZeroCopyBindings,
    observed: Set<Int> = [],
    precision: TrainingPrecision = .float32
  ) {
    self.precision = precision
    self.observed = observed
    self.graph = graph
    self.shapes = shapes
    readers = graph.consumers
    self.needsInputGradient = needsInputGradient
    self.zeroCopy = zeroCopy
    lowered = graph.lowered(shapes: shapes)
    contributions = Array(repeating: [], count: graph.nodes.count)
  }

  func compile() throws {
    for (index, node) in graph.nodes.enumerated() {
      slices.append(builder.buffer(canonicalLayout(shapes[index]).byteCount))
      needsGradient.append(
        node.operation is InputOperation
          ? needsInputGradient
          : !node.operation.trainableParameters.isEmpty || node.inputs.contains { needsGradient[$0] })
      try lowered[index].emitForward(index, self)
      if observed.contains(index) { observedValues[index] = try kept(index, slices[index], layout(of: index)) }
    }
    for (position, output) in graph.outputs.enumerated() {
      if zeroCopy.outputs.contains(position) {
        outputs.append(slices[output])
        continue
      }
      let plain = TensorLayout(.plain, shape: shapes[output])
      let result = builder.buffer(plain.byteCount)
      try builder.emitReorder(
        "output \(graph.nodes[output].name)", from: (slices[output], canonicalLayout(shapes[output])),
        to: (result, plain))
      outputs.append(result)
    }
    boundary = builder.steps.count
    // The outputs are read, and their gradients written, between the two halves.
    for position in graph.outputs.indices {
      let gradient = builder.buffer(portLayout(position).byteCount)
      builder.use(outputs[position], at: boundary)
      builder.use(gradient, at: boundary)
      outputGradients.append(gradient)
    }
    for (position, output) in graph.outputs.enumerated() {
      contribute(to: output, outputGradients[position], portLayout(position))
    }
    for index in graph.nodes.indices.reversed() where needsGradient[index] && !contributions[index].isEmpty {
      let layout = gradientLayout(of: index)
      let gradient = try total(of: index, in: layout)
      if observed.contains(index) { observedGradients[index] = try kept(index, gradient, layout) }
      if graph.nodes[index].operation is InputOperation {
        inputGradient = gradient
        builder.use(gradient, at: Int.max)
      }
      try lowered[index].emitBackward(index, gradient, self)
    }
  }

  /// A copy in row-major order that stays until the plan runs again.
  private func kept(
    _ index: Int, _ slice: MemorySlice, _ layout: TensorLayout
  ) throws(KernelError) -> MemorySlice {
    let plain = TensorLayout(.plain, shape: shapes[index])
    let copy = builder.buffer(plain.byteCount)
    try builder.emitReorder(
      "\(graph.nodes[index].name) (kept)", node: index, from: (slice, layout), to: (copy, plain))
    builder.use(copy, at: Int.max)
    return copy
  }

  /// Whether a gradient with respect to this value is of use to anyone.
  func wantsGradient(_ index: Int) -> Bool { needsGradient[index] }

  func contribute(to index: Int, _ slice: MemorySlice, _ layout: TensorLayout) {
    if needsGradient[index] { contributions[index].append(Contribution(slice: slice, layout: layout)) }
  }

  func layout(of index: Int) -> TensorLayout { canonicalLayout(shapes[index]) }

  /// How the gradient of an output comes in.
  private func portLayout(_ position: Int) -> TensorLayout {
    let index = graph.outputs[position]
    return zeroCopy.outputs.contains(position) ? layout(of: index) : TensorLayout(.plain, shape: shapes[index])
  }

  /// The input's gradient leaves the plan, hence plain unless its port is blocked.
  private func gradientLayout(of index: Int) -> TensorLayout {
    if graph.nodes[index].operation is InputOperation, !zeroCopy.input {
      return TensorLayout(.plain, shape: shapes[index])
    }
    return layout(of: index)
  }

  /// Sum of all that flows into a value. A contribution may be shared with other values, so it is never written to.
  private func total(of index: Int, in layout: TensorLayout) throws(KernelError) -> MemorySlice {
    let name = "\(graph.nodes[index].name) (gradient sum)"
    var parts: [MemorySlice] = []
    for contribution in contributions[index] {
      if contribution.layout == layout {
        parts.append(contribution.slice)
      } else {
        let copy = builder.buffer(layout.byteCount)
        try builder.emitReorder(name, node: index, from: (contribution.slice, contribution.layout), to: (copy, layout))
        parts.append(copy)
      }
    }
    guard parts.count > 1 else { return parts[0] }
    let sum = builder.buffer(layout.byteCount)
    var left = parts[0]
    for right in parts.dropFirst() {
      let kernel = try Kernel.addition(layout, layout, destination: layout)
      builder.emit(name, node: index, kernel, [(.source, left), (.secondSource, right), (.destination, sum)])
      left = sum
    }
    return sum
  }

  func emitInput(_ index: Int) throws {
    if zeroCopy.input {
      // Its gradient may take its place: a second stage's input is as large as all that the first one keeps.
      input = slices[index]
      builder.use(input, at: -1)
      return
    }
    let plain = TensorLayout(.plain, shape: shapes[index])
    plainInput = builder.buffer(plain.byteCount)
    builder.use(plainInput, at: -1)
    // Kept to the end, so that `firstNonFiniteLayer` can repeat the pass.
    builder.use(plainInput, at: Int.max)
    input = plainInput
    if graph.consumers[index].contains(where: { !graph.readsPlainInput($0) }) || graph.outputs.contains(index) {
      try builder.emitReorder("input", from: (plainInput, plain), to: (slices[index], layout(of: index)))
    }
  }

  /// Memory and layout from which a node reads its first input.
  func source(of index: Int) -> (slice: MemorySlice, layout: TensorLayout) {
    let first = graph.nodes[index].inputs[0]
    return graph.readsPlainInput(index)
      ? (plainInput, TensorLayout(.plain, shape: shapes[first])) : (slices[first], layout(of: first))
  }

  /// The node that a node reads.
  func input(of index: Int, _ position: Int = 0) -> Int { graph.nodes[index].inputs[position] }

  func backwardName(of index: Int) -> String { "\(graph.nodes[index].name) (backward)" }

  /// Appends a kernel that reads a node's first input and writes its result.
  func emit(_ index: Int, _ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)] = []) {
    builder.emit(
      graph.nodes[index].name, node: index, kernel,
      [(.source, source(of: index).slice), (.destination, slices[index])] + arguments)
  }

  /// What a kernel keeps for its backward pass.
  func workspace(of index: Int, _ kernel: Kernel) -> [(Kernel.Role, MemorySlice)] {
    let byteCount = kernel.byteCount(of: .workspace)
    guard byteCount > 0 else { return [] }
    let slice = builder.buffer(byteCount)
    workspaces[index] = slice
    return [(.workspace, slice)]
  }

  /// Appends a kernel whose result is the gradient with respect to a node's first input.
  func emitToInput(
    of index: Int, _ gradient: MemorySlice, _ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)] = []
  ) {
    let layout = source(of: index).layout
    let result = builder.buffer(layout.byteCount)
    let workspace = workspaces[index].map { [(Kernel.Role.workspace, $0)] } ?? []
    builder.emit(
      backwardName(of: index), node: index, kernel, writes: .sourceGradient,
      arguments + workspace + [(.destinationGradient, gradient), (.sourceGradient, result)])
    contribute(to: input(of: index), result, layout)
  }

  /// Memory for a parameter's gradient, alive until the host has read it.
  func gradientBuffer(
    _ name: String, _ plain: TensorLayout, _ kernel: Kernel, _ role: Kernel.Role
  ) throws(KernelError) -> MemorySlice {
    try gradientBuffer(name, plain, in: kernel.layout(of: role, shape: plain.shape))
  }

  /// The same for a gradient that is written in this layout.
  func gradientBuffer(
    _ name: String, _ plain: TensorLayout, in layout: TensorLayout
  ) throws(KernelError) -> MemorySlice {
    let slice = builder.buffer(layout.byteCount)
    builder.use(slice, at: Int.max)
    parameterGradients.append(
      try ParameterGradient(
        name: name, source: slice, layout: layout, plain: plain,
        accumulates: parameterGradients.contains { $0.name == name }))
    return slice
  }
}
