import CPUKernels
import ComputeGraph
import Tensors

/// Turns a graph into the steps of an ``InferencePlan``.
final class InferenceCompiler {
  let builder = PlanBuilder()
  private(set) var input = MemorySlice(buffer: 0)
  private(set) var outputs: [MemorySlice] = []

  let graph: Graph
  let shapes: [TensorShape]
  private(set) var quantization: QuantizedLayers?
  /// Values as bytes, where they have been computed or copied as such.
  var bytes: [Int: MemorySlice] = [:]
  /// Values that exist as bytes only.
  var int8OnlyValues: Set<Int> = []
  /// The nodes that compute in bf16; nil where none may.
  private(set) var bfloat16: BFloat16Layers?
  /// Values in bf16, where they have been computed or rounded to it.
  var halves: [Int: MemorySlice] = [:]
  /// Values that exist in bf16 only.
  var halfOnlyValues: Set<Int> = []
  let readers: [[Int]]
  private let lastReader: [Int]
  private let options: InferencePlan.Options
  let chooser: ConvolutionChooser
  private let lowered: [any LoweredOperation]
  /// Where a value lives, once something has been computed into it.
  var slices: [Int: MemorySlice] = [:]
  /// Nodes whose value a convolution before them has computed as well.
  var computed: Set<Int> = []
  /// The concatenation that a value is a part of, and its first byte there.
  private var placement: [Int: (concatenation: Int, offset: Int)] = [:]
  /// Values whose memory another value shows, so that nothing may be written over them.
  private var shared: Set<Int> = []
  private(set) var plainInput = MemorySlice(buffer: 0)

  init(_ graph: Graph, shapes: [TensorShape], options: InferencePlan.Options, quantization: QuantizedLayers? = nil) {
    self.graph = graph
    self.quantization = quantization
    self.shapes = shapes
    self.options = options
    chooser = ConvolutionChooser(tuning: options.compilation.tuning, expectedRuns: options.compilation.expectedRuns)
    lowered = graph.lowered(shapes: shapes)
    readers = graph.consumers
    lastReader = readers.enumerated().map { index, readers in
      graph.outputs.contains(index) ? Int.max : readers.max() ?? index
    }
  }

  func compile() throws {
    try fallBackToFloat32()
    if options.precision == .bfloat16 { bfloat16 = try chooseBFloat16() }
    if options.concatenatesInPlace { placeConcatenations() }
    for index in graph.nodes.indices { try compile(index) }
    for (position, output) in graph.outputs.enumerated() {
      try makeFloats(of: output, for: output)
      widen(output, for: output)
      if options.zeroCopy.outputs.contains(position) {
        let result = slice(of: output)
        builder.use(result, at: Int.max)
        outputs.append(result)
        continue
      }
      let plain = TensorLayout(.plain, shape: shapes[output])
      let result = builder.buffer(plain.byteCount)
      try builder.emitReorder(
        "output \(graph.nodes[output].name)", from: (slice(of: output), canonicalLayout(shapes[output])),
        to: (result, plain))
      builder.use(result, at: Int.max)
      outputs.append(result)
    }
  }

  /// Takes the layers out of the recipe that are quicker in floats.
  private func fallBackToFloat32() throws {
    guard let quantization, !options.compilation.keepsRecipe, !OneDNN.hasByteDotProduct else { return }
    var (floats, integers) = ([Int: Double](), [Int: Double]())
    for index in quantization.layers {
      guard let node = graph.nodes[index].convolution else { continue }
      let problem = ConvolutionProblem(
        geometry: node.geometry, source: shapes[graph.nodes[index].inputs[0]], destination: shapes[index],
        activation: node.epilogue.activation)
      var native = BlockedConvolution.Method.gemm
      if case .native(let method) = try chooser.method(for: problem) { native = method }
      floats[index] = ConvolutionCost.seconds(native, problem, expectedRuns: options.compilation.expectedRuns)
      integers[index] =
        Double(node.geometry.floatingPointOperations(input: problem.source, output: problem.destination))
        * IntegerChoice.secondsPerOperation
    }
    self.quantization?.keep(IntegerChoice(graph, shapes: shapes, floats: floats, integers: integers).best())
  }

  /// With one image the channels of a blocked map are contiguous, so that a part is a map of its own.
  private func placeConcatenations() {
    let block = OneDNN.channelBlock
    for (index, node) in graph.nodes.enumerated() where node.operation is ConcatenationOperation {
      let parts = node.inputs
      guard shapes[index][0] == 1, Set(parts).count == parts.count,
        parts.allSatisfy({ shapes[$0][1] % block == 0 && placement[$0] == nil && lowered[$0].writesAnywhere })
      else { continue }
      var offset = 0
      for part in parts {
        placement[part] = (index, offset)
        shared.insert(part)
        offset += canonicalLayout(shapes[part]).byteCount
      }
      shared.insert(index)
    }
  }

  func slice(of index: Int) -> MemorySlice {
    if let known = slices[index] { return known }
    let result: MemorySlice
    if let place = placement[index] {
      result = slice(of: place.concatenation).advanced(by: place.offset)
    } else {
      result = builder.buffer(canonicalLayout(shapes[index]).byteCount)
    }
    slices[index] = result
    return result
  }

  /// Whether a node may write over its input.
  func isDisposable(_ value: Int, after reader: Int) -> Bool {
    lastReader[value] == reader && !shared.contains(value) && placement[reader] == nil
      && graph.nodes[reader].inputs.count { $0 == value } == 1
  }

  private func compile(_ index: Int) throws {
    if try computed.contains(index) || compileBytes(index) || compileBFloat16(index) { return }
    for input in graph.nodes[index].elementInputs {
      try makeFloats(of: input, for: index)
      widen(input, for: index)
    }
    try lowered[index].emitInference(index, self)
  }

  /// How plans keep a value.
  func layout(of index: Int) -> TensorLayout { canonicalLayout(shapes[index]) }

  /// Where a node's input lies, and how.
  func source(of index: Int, _ position: Int = 0) -> (slice: MemorySlice, layout: TensorLayout) {
    let input = graph.nodes[index].inputs[position]
    return (slice(of: input), layout(of: input))
  }

  /// What a convolution convolves, which may be the network's input as it is.
  func convolutionSource(of index: Int) -> (slice: MemorySlice, layout: TensorLayout) {
    guard graph.readsPlainInput(index) else { return source(of: index) }
    return (plainInput, TensorLayout(.plain, shape: shapes[graph.nodes[index].inputs[0]]))
  }

  /// Appends a kernel that reads a node's first input and writes its result.
  func emit(_ index: Int, _ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)] = []) {
    builder.emit(
      graph.nodes[index].name, node: index, kernel,
      [(.source, source(of: index).slice), (.destination, slice(of: index))] + arguments)
  }

  /// Lets a node's value be memory of its input's, in which nothing may be written from now on.
  func show(_ slice: MemorySlice, as index: Int) {
    slices[index] = slice
    shared.formUnion([index, graph.nodes[index].inputs[0]])
  }

  /// How often the plan is going to run.
  var expectedRuns: Int { options.compilation.expectedRuns }

  /// Whether layers are computed in the plan's precision even where floats are quicker.
  var keepsRecipe: Bool { options.compilation.keepsRecipe }

  /// The concatenation that a value is a part of, and its first byte there, in floats.
  func place(of index: Int) -> (concatenation: Int, offset: Int)? { placement[index] }

  /// Whether the parts of a concatenation are computed where they belong.
  func hasParts(ofConcatenation index: Int) -> Bool {
    placement[graph.nodes[index].inputs[0]]?.concatenation == index
  }

  /// Whether a convolution of `source` may write its result over the value that it adds.
  func canReuseBuffer(_ addend: Int, for result: Int, of source: Int) -> Bool {
    isDisposable(addend, after: result) && addend != source
  }

  func emitInput(_ index: Int) throws {
    if options.zeroCopy.input {
      input = slice(of: index)
      builder.use(input, at: -1)
      builder.use(input, at: 0)
      return
    }
    let plain = TensorLayout(.plain, shape: shapes[index])
    plainInput = builder.buffer(plain.byteCount)
    builder.use(plainInput, at: -1)
    builder.use(plainInput, at: 0)
    input = plainInput
    let readers = graph.consumers[index]
    // A convolution that adds the input reads it blocked, even where it convolves it plain.
    let isBlocked = readers.contains {
      !graph.readsPlainInput($0) || graph.nodes[$0].inputs.dropFirst().contains(index)
    }
    if isBlocked || graph.outputs.contains(index) {
      try builder.emitReorder(
        "input", from: (plainInput, plain), to: (slice(of: index), canonicalLayout(shapes[index])))
    }
  }

  func vector(_ count: Int) -> TensorLayout { TensorLayout(.plain, shape: [count]) }
}
