import ComputeGraph
import Tensors

/// A graph compiled for detection: one input shape, weights packed once, one arena for all activations.
///
/// Runs on one thread at a time; oneDNN uses its threads inside.
public final class InferencePlan {
  /// What may be done to the graph and its memory; every choice leaves the outputs as they are (up to rounding).
  public struct Options: Sendable, Hashable {
    public var passes: [GraphPass]
    /// Parts of a concatenation are written where they end up (batch 1).
    public var concatenatesInPlace: Bool
    /// What other plans read and write in place.
    public var zeroCopy: ZeroCopyBindings
    public var compilation: CompilationOptions
    /// What the network computes with.
    public var precision: Precision

    public init(
      passes: [GraphPass] = GraphPass.inference, concatenatesInPlace: Bool = true,
      zeroCopy: ZeroCopyBindings = ZeroCopyBindings(),
      compilation: CompilationOptions = CompilationOptions(), precision: Precision = .float32
    ) {
      self.precision = precision
      self.passes = passes
      self.concatenatesInPlace = concatenatesInPlace
      self.zeroCopy = zeroCopy
      self.compilation = compilation
    }
  }

  /// The graph after the passes.
  public let graph: Graph
  public let inputShape: TensorShape
  public let outputShapes: [TensorShape]
  /// Bytes of activations, scratch and packed weights together, those shared with other plans included.
  public var memoryByteCount: Int { arena.byteCount + weightRegions.reduce(0) { $0 + $1.byteCount } }

  /// Layers computed in integers: those of the recipe, but for the ones that floats are quicker for.
  public let integerLayerCount: Int
  /// Convolutions and fully connected layers computed in bf16.
  public let bfloat16LayerCount: Int

  let steps: [PlanStep]
  /// Bytes that each step is the first to touch, of the memory that all share.
  let allocatedByteCounts: [Int]
  private let zeroCopy: ZeroCopyBindings
  private let arena: Arena
  private let weightRegions: [WeightRegion]
  private let input: MemorySlice
  private let outputs: [MemorySlice]

  /// Throws a `GraphError` when parameters or input do not fit the graph, a `KernelError` when oneDNN cannot
  /// compute a layer, a ``MemoryShortage`` where the system grants no memory, a ``PrecisionError`` where the processor or the recipe does not allow a precision. The plan keeps
  /// no parameters but in the kernels' own form; a store that the caller gives up is changed in place and freed tensor by
  /// tensor.
  public init(
    _ graph: Graph, parameters: consuming ParameterStore, inputShape: TensorShape, options: Options = .init()
  ) throws {
    try graph.check(parameters)
    // Before the passes, which take shapes for granted that an addition would have checked.
    _ = try graph.shapes(input: inputShape)
    var graph = graph
    for pass in options.passes { graph.apply(pass, parameters: &parameters) }
    let shapes = try graph.shapes(input: inputShape)
    try options.zeroCopy.check(graph, shapes: shapes)
    let quantization = try options.precision.layers(of: graph, parameters: parameters)
    let compiler = InferenceCompiler(graph, shapes: shapes, options: options, quantization: quantization)
    try compiler.compile()

    let packer = try WeightPacker(compiler.builder, sharing: options.compilation.sharedWeights)
    weightRegions = packer.regions
    arena = try compiler.builder.makeArena(elsewhere: packer.arenas)
    try packer.pack(&parameters, arena)
    self.graph = graph
    self.inputShape = inputShape
    outputShapes = graph.outputs.map { shapes[$0] }
    integerLayerCount = compiler.quantization?.layers.count ?? 0
    bfloat16LayerCount = compiler.bfloat16?.nodes.count { compiler.graph.nodes[$0].multiplies } ?? 0
    zeroCopy = options.zeroCopy
    steps = compiler.builder.steps
    allocatedByteCounts = steps.indices.map(compiler.builder.allocatedByteCount)
    input = compiler.input
    outputs = compiler.outputs
  }

  /// Runs the network on an input that `fill` writes (N×C×H×W, row-major); returns the outputs that are no zero-copy bindings.
  ///
  /// - Precondition: the input is no zero-copy binding.
  public func run(filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws -> [Tensor] {
    try writeInput(fill)
    return try run()
  }

  /// Has `fill` write the input (N×C×H×W, row-major) for the next ``run()``.
  ///
  /// - Precondition: the input is no zero-copy binding.
  public func writeInput(_ fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    precondition(!zeroCopy.input, "the plan's input is a blocked map")
    try arena.withFloats(input, count: inputShape.elementCount, fill)
  }

  /// Runs the network on the input that was written; returns the outputs that are no zero-copy bindings.
  public func run() throws -> [Tensor] {
    try runSteps()
    return outputs.indices.filter { !zeroCopy.outputs.contains($0) }.map { position in
      arena.tensor(outputs[position], outputShapes[position])
    }
  }

  /// The input, to be written before every ``run()``; running the plan may overwrite it.
  ///
  /// - Precondition: the input is a zero-copy binding.
  public var blockedInput: BlockedMap {
    precondition(zeroCopy.input, "the plan's input is not a blocked map")
    return arena.map(input, inputShape)
  }

  /// An output where it lies, until the plan runs again.
  ///
  /// - Precondition: the output is a zero-copy binding.
  public func blockedOutput(_ position: Int) -> BlockedMap {
    precondition(zeroCopy.outputs.contains(position), "output \(position) is not a blocked map")
    return arena.map(outputs[position], outputShapes[position])
  }

  /// - Precondition: `images` has the plan's input shape.
  public func run(_ images: Tensor) throws -> [Tensor] {
    precondition(images.shape == inputShape, "the plan takes \(inputShape), not \(images.shape)")
    return try run { buffer in images.withUnsafeBufferPointer { _ = buffer.update(from: $0) } }
  }

  /// Steps that oneDNN computes by its reference loop, for want of a compiled kernel: a hundred times as long.
  public var referenceSteps: [String] { steps.filter { $0.kernel?.isReference ?? false }.map(\.name) }

  /// Runs once and returns each step's name, implementation and seconds.
  public func profile() throws -> [(name: String, node: Int?, implementation: String, seconds: Double)] {
    try steps.map { step in
      let clock = ContinuousClock()
      let duration = try withExtendedLifetime((arena, weightRegions)) { try clock.measure { try step.run(arena) } }
      return (step.name, step.node, step.implementation, duration / .seconds(1))
    }
  }

  /// Runs the steps on whatever the input holds, for timing.
  public func runSteps() throws {
    // The kernels know only the addresses of the weights and of the activations.
    try withExtendedLifetime((arena, weightRegions)) {
      for step in steps { try step.run(arena) }
    }
  }
}
