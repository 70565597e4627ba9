import OneDNNKernels
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
  let readers: [[Int]]
  private let lastReader: [Int]
  private let options: InferencePlan.Options
  let chooser: ConvolutionChooser
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
    chooser = ConvolutionChooser(options.compilation)
    readers = graph.consumers
    lastReader = readers.enumerated().map { index, readers in
      graph.outputs.contains(index) ? Int.max : readers.max() ?? index
    }
  }

  func compile() throws {
    try fallBackToFloat32()
    if options.concatenatesInPlace { placeConcatenations() }
    for index in graph.nodes.indices { try compile(index) }
    for (position, output) in graph.outputs.enumerated() {
      try makeFloats(of: output, for: output)
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
    for (index, node) in graph.nodes.enumerated() where node.operation == .concatenation {
      let parts = node.inputs
      guard shapes[index][0] == 1, Set(parts).count == parts.count,
        parts.allSatisfy({ shapes[$0][1] % block == 0 && placement[$0] == nil && canBePlaced($0) })
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

  private func canBePlaced(_ index: Int) -> Bool {
    switch graph.nodes[index].operation {
    case .input, .flatten, .dropout, .channelSlice: false
    default: true
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
    if try computed.contains(index) || compileBytes(index) { return }
    let node = graph.nodes[index]
    for input in node.inputs { try makeFloats(of: input, for: index) }
    let shape = shapes[index]
    let layout = canonicalLayout(shape)
    func source(_ position: Int = 0) -> (slice: MemorySlice, layout: TensorLayout) {
      (slice(of: node.inputs[position]), canonicalLayout(shapes[node.inputs[position]]))
    }
    func emit(_ kernel: Kernel, _ arguments: [(Kernel.Role, MemorySlice)]) {
      builder.emit(node.name, node: index, kernel, arguments)
    }

    switch node.operation {
    case .input: try compileInput(index)
    case .convolution(let convolution): try compileConvolution(index, convolution)
    case .innerProduct(let product): try compileInnerProduct(index, product)
    case .pooling(let geometry):
      if let pooling = BlockedPooling(geometry, source: shapes[node.inputs[0]], destination: shape) {
        return builder.emit(
          node.name, node: index, pooling, source: source().slice, destination: slice(of: index),
          destinationByteCount: layout.byteCount)
      }
      let kernel = try Kernel.pooling(geometry, .inference, source: source().layout, destination: layout)
      emit(kernel, [(.source, source().slice), (.destination, slice(of: index))])
    case .globalAveragePooling:
      let kernel = try Kernel.globalAveragePooling(.inference, source: source().layout, destination: layout)
      emit(kernel, [(.source, source().slice), (.destination, slice(of: index))])
    case .batchNormalization(let normalization):
      let kernel = try Kernel.batchNormalization(
        .inference, layout: layout, epsilon: normalization.epsilon, relu: normalization.relu)
      let plain = vector(normalization.channels)
      emit(
        kernel,
        [
          (.source, source().slice), (.destination, slice(of: index)),
          (.mean, try builder.packed(normalization.runningMean, plain, kernel, .mean)),
          (.variance, try builder.packed(normalization.runningVariance, plain, kernel, .variance)),
          (.scale, try builder.packed(normalization.scale, plain, kernel, .scale)),
          (.shift, try builder.packed(normalization.shift, plain, kernel, .shift)),
        ])
    case .activation(let activation):
      if isDisposable(node.inputs[0], after: index) { slices[index] = source().slice }
      let kernel = try Kernel.activation(activation, .inference, layout: layout)
      emit(kernel, [(.source, source().slice), (.destination, slice(of: index))])
    case .softmax:
      let kernel = try Kernel.softmax(.inference, axis: 1, layout: layout)
      emit(kernel, [(.source, source().slice), (.destination, slice(of: index))])
    case .upsampling:
      let kernel = try Kernel.upsampling(.inference, source: source().layout, destination: layout)
      emit(kernel, [(.source, source().slice), (.destination, slice(of: index))])
    case .addition(let relu):
      let kernel = try Kernel.addition(source(0).layout, source(1).layout, destination: layout, relu: relu)
      emit(
        kernel, [(.source, source(0).slice), (.secondSource, source(1).slice), (.destination, slice(of: index))])
    case .multiplication:
      let kernel = try Kernel.multiplication(source(0).layout, source(1).layout, destination: layout)
      emit(
        kernel, [(.source, source(0).slice), (.secondSource, source(1).slice), (.destination, slice(of: index))])
    case .channelSlice(let first, _): try compileChannels(index, from: first)
    case .rearrangement(let rearrangement):
      try builder.emitRearrangement(
        node.name, node: index, rearrangement, input: shapes[node.inputs[0]], output: shape, from: source().slice,
        to: slice(of: index))
    case .concatenation:
      if placement[node.inputs[0]]?.concatenation == index { return }
      let kernel = try Kernel.concatenation(
        node.inputs.map { canonicalLayout(shapes[$0]) }, destination: layout)
      var arguments = node.inputs.enumerated().map { (Kernel.Role.input($0), slice(of: $1)) }
      arguments.append((.destination, slice(of: index)))
      emit(kernel, arguments)
    case .flatten:
      let plainMap = TensorLayout(.plain, shape: shapes[node.inputs[0]])
      try builder.emitReorder(node.name, node: index, from: source(), to: (slice(of: index), plainMap))
    case .dropout:
      slices[index] = source().slice
      shared.formUnion([index, node.inputs[0]])
    }
  }

  /// With one image and whole blocks a part of the channels is where it is; else it is copied.
  private func compileChannels(_ index: Int, from first: Int) throws {
    let node = graph.nodes[index]
    let whole = (slice: slice(of: node.inputs[0]), layout: canonicalLayout(shapes[node.inputs[0]]))
    let shape = shapes[index]
    if shape[0] == 1, let part = whole.layout.wholeBlocks(from: first, count: shape[1]) {
      slices[index] = whole.slice.advanced(by: part.byteOffset)
      shared.formUnion([index, node.inputs[0]])
    } else {
      try builder.emitChannels(
        node.name, node: index, from: whole, first: first, to: (slice(of: index), canonicalLayout(shape)))
    }
  }

  /// The input stays plain for convolutions that read it so; everything else reads a blocked copy.
  private func compileInput(_ index: Int) throws {
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
