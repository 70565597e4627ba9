import ComputeGraph
import Tensors

/// A graph compiled for training: forward with batch statistics, backward from the outputs' gradients.
///
/// Heads compute losses and the gradients with respect to the raw outputs; the plan carries those back to the
/// parameters. One batch size and input size; one thread at a time.
public final class TrainingPlan {
  /// The graph after `GraphPass.training`.
  public let graph: Graph
  public let inputShape: TensorShape
  public let outputShapes: [TensorShape]
  /// Bytes of activations, gradients, scratch and packed weights together.
  public var memoryByteCount: Int { arena.byteCount }

  private let zeroCopy: ZeroCopyBindings
  private let compiler: TrainingCompiler
  private let arena: Arena
  private var gradients = ParameterStore()
  private var generator: any RandomNumberGenerator

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - needsInputGradient: whether ``inputGradient`` is wanted, as for the second stage of a two-stage detector.
  ///   - zeroCopy: what other plans read and write in place.
  ///   - observing: nodes of the graph after the passes, none of them the input, whose ``value(of:)`` and
  ///     ``gradient(of:)`` are wanted.
  ///   - generator: draws dropout masks.
  /// Throws a `GraphError`, a `KernelError`, a ``MemoryShortage``, or a ``PrecisionError`` for a precision that the processor
  /// lacks.
  public init(
    _ graph: Graph, inputShape: TensorShape, needsInputGradient: Bool = false,
    passes: [GraphPass] = GraphPass.training, zeroCopy: ZeroCopyBindings = ZeroCopyBindings(),
    observing: Set<Int> = [], precision: TrainingPrecision = .float32,
    generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws {
    try precision.check()
    precondition(passes.allSatisfy(GraphPass.training.contains), "training knows \(GraphPass.training), not \(passes)")
    var graph = graph
    var unused = ParameterStore()
    for pass in passes { graph.apply(pass, parameters: &unused) }
    let shapes = try graph.shapes(input: inputShape)
    try zeroCopy.check(graph, shapes: shapes)
    precondition(
      observing.allSatisfy { graph.nodes.indices.contains($0) && !(graph.nodes[$0].operation is InputOperation) },
      "only a layer's result can be observed")
    compiler = TrainingCompiler(
      graph, shapes: shapes, needsInputGradient: needsInputGradient, zeroCopy: zeroCopy, observed: observing,
      precision: precision)
    try compiler.compile()
    arena = try compiler.builder.makeArena()
    self.graph = graph
    self.inputShape = inputShape
    self.zeroCopy = zeroCopy
    self.generator = generator
    outputShapes = graph.outputs.map { shapes[$0] }
    for specification in graph.parameters where specification.isTrainable {
      gradients[specification.name] = Tensor(zeros: specification.shape)
    }
  }

  /// Draws the dropout masks of the next ``forward(_:parameters:)`` from this generator on, so that a step can be repeated.
  public func drawDropout(from generator: any RandomNumberGenerator) { self.generator = generator }

  /// Runs the network in training mode on an input that `fill` writes: N×C×H×W, row-major, or, where the input is a
  /// zero-copy binding, in that order. Returns the outputs that are no zero-copy bindings.
  ///
  /// - Precondition: `parameters` has the graph's parameters.
  public func forward(
    parameters: ParameterStore, filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Tensor] {
    try graph.check(parameters)
    for packing in compiler.builder.weights { try packing.run(parameters, arena) }
    for mask in compiler.dropoutMasks { drawMask(mask) }
    try arena.withFloats(compiler.input, count: inputElementCount, fill)
    try run(compiler.builder.steps[..<compiler.boundary])
    return plainOutputs.map { arena.tensor(compiler.outputs[$0], outputShapes[$0]) }
  }

  /// The input where it lies, to be written by the closure of ``forward(parameters:filling:)``; ``backward(_:)`` may
  /// overwrite it.
  ///
  /// - Precondition: the input is a zero-copy binding.
  public var blockedInput: BlockedMap {
    precondition(zeroCopy.input, "the plan's input is not a blocked map")
    return arena.map(compiler.input, inputShape)
  }

  /// An output where it lies, between ``forward(parameters:filling:)`` and ``backward(_:)``.
  ///
  /// - Precondition: the output is a zero-copy binding.
  public func blockedOutput(_ position: Int) -> BlockedMap {
    precondition(zeroCopy.outputs.contains(position), "output \(position) is not a blocked map")
    return arena.map(compiler.outputs[position], outputShapes[position])
  }

  /// Where the gradient of a blocked output is to be written between ``forward(parameters:filling:)`` and
  /// ``backward(_:)``, all of it.
  ///
  /// - Precondition: the output is a zero-copy binding.
  public func blockedOutputGradient(_ position: Int) -> BlockedMap {
    precondition(zeroCopy.outputs.contains(position), "output \(position) is not a blocked map")
    return arena.map(compiler.outputGradients[position], outputShapes[position])
  }

  /// Gradient with respect to a blocked input, after ``backward(_:)``; nil when it was not asked for.
  public var blockedInputGradient: BlockedMap? {
    precondition(zeroCopy.input, "the plan's input is not a blocked map")
    return compiler.inputGradient.map { arena.map($0, inputShape) }
  }

  private var plainOutputs: [Int] { outputShapes.indices.filter { !zeroCopy.outputs.contains($0) } }

  private var inputElementCount: Int {
    zeroCopy.input ? canonicalLayout(inputShape).byteCount / MemoryLayout<Float>.stride : inputShape.elementCount
  }

  public func forward(_ input: Tensor, parameters: ParameterStore) throws -> [Tensor] {
    precondition(!zeroCopy.input, "the plan's input is a blocked map")
    precondition(input.shape == inputShape, "the plan takes \(inputShape), not \(input.shape)")
    return try forward(parameters: parameters) { buffer in
      input.withUnsafeBufferPointer { _ = buffer.update(from: $0) }
    }
  }

  /// Gradients of every trainable parameter, given those of the outputs of the last ``forward(_:parameters:)``.
  ///
  /// - Precondition: one gradient per output that is no zero-copy binding, of its shape. Those of zero-copy bindings have been
  ///   written into ``blockedOutputGradient(_:)``.
  public func backward(_ outputGradients: [Tensor]) throws -> ParameterStore {
    precondition(
      outputGradients.map(\.shape) == plainOutputs.map { outputShapes[$0] }, "one gradient per output, of its shape")
    for (position, gradient) in zip(plainOutputs, outputGradients) {
      gradient.withUnsafeBufferPointer { values in
        arena.withFloats(compiler.outputGradients[position], count: values.count) { _ = $0.update(from: values) }
      }
    }
    try run(compiler.builder.steps[compiler.boundary...])
    for gradient in compiler.parameterGradients { try gradient.add(to: &gradients, arena) }
    return gradients
  }

  /// Gradient with respect to the input, after ``backward(_:)``; nil when it was not asked for.
  ///
  /// - Precondition: the input is no zero-copy binding.
  public var inputGradient: Tensor? {
    precondition(!zeroCopy.input, "the plan's input is a blocked map")
    return compiler.inputGradient.map { arena.tensor($0, inputShape) }
  }

  /// What an observed node computed in the last ``forward(_:parameters:)``.
  public func value(of node: Int) -> Tensor? { observed(compiler.observedValues[node], node) }

  /// Gradient with respect to an observed node's result, after ``backward(_:)``; nil where none reaches it, or nothing
  /// before it is trained and ``inputGradient`` was not asked for.
  public func gradient(of node: Int) -> Tensor? { observed(compiler.observedGradients[node], node) }

  private func observed(_ slice: MemorySlice?, _ node: Int) -> Tensor? {
    slice.map { arena.tensor($0, compiler.shapes[node]) }
  }

  /// Moves running means and (unbiased) variances towards the last batch's, as PyTorch does.
  public func updateRunningStatistics(in parameters: inout ParameterStore) {
    for statistics in compiler.statistics {
      let node = statistics.operation
      let correction = Float(statistics.sampleCount) / Float(max(1, statistics.sampleCount - 1))
      move(&parameters, node.runningMean, statistics.mean, by: node.momentum, scale: 1)
      move(&parameters, node.runningVariance, statistics.variance, by: node.momentum, scale: correction)
    }
  }

  /// Repeats the last forward pass step by step and names the first layer that writes a value that is not finite; to be
  /// asked before ``backward(_:)``.
  public func firstNonFiniteLayer() throws -> String? {
    for step in compiler.builder.steps[..<compiler.boundary] {
      try run([step])
      guard let written = step.written else { continue }
      let isFinite = arena.withFloats(written, count: step.writtenByteCount / 4) { $0.allSatisfy(\.isFinite) }
      if !isFinite { return step.name }
    }
    return nil
  }

  /// Steps that oneDNN computes by its reference loop, for want of a compiled kernel: a hundred times as long.
  public var referenceSteps: [String] {
    compiler.builder.steps.filter { $0.kernel?.isReference ?? false }.map(\.name)
  }

  /// Runs all steps on whatever the memory holds and returns each one's name, implementation and seconds.
  public func profile() throws -> [(name: String, implementation: String, seconds: Double)] {
    try compiler.builder.steps.map { step in
      let duration = try ContinuousClock().measure { try run([step]) }
      return (step.name, step.implementation, duration / .seconds(1))
    }
  }

  private func move(
    _ parameters: inout ParameterStore, _ name: String, _ batch: MemorySlice, by momentum: Float, scale: Float
  ) {
    parameters.update(name) { tensor in
      arena.withFloats(batch, count: tensor.elementCount) { values in
        tensor.withUnsafeMutableBufferPointer { running in
          for index in running.indices {
            running[index] += momentum * (scale * values[index] - running[index])
          }
        }
      }
    }
  }

  /// One number of the generator starts a sequence of the mask's own (SplitMix64; Steele, Lea and Flood, "Fast Splittable
  /// Pseudorandom Number Generators", 2014): the generator may be slow, a mask has many values.
  private func drawMask(_ mask: (slice: MemorySlice, count: Int, rate: Float)) {
    let scale = 1 / (1 - mask.rate)
    let threshold = UInt64(Double(mask.rate) * 0x1p32)
    let start = generator.next()
    arena.withFloats(mask.slice, count: mask.count) { values in
      for index in values.indices {
        var bits = start &+ UInt64(index + 1) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        values[index] = (bits ^ bits >> 31) >> 32 < threshold ? 0 : scale
      }
    }
  }

  private func run(_ steps: ArraySlice<PlanStep>) throws {
    // The kernels know only addresses inside the arena.
    try withExtendedLifetime(arena) {
      for step in steps { try step.run(arena) }
    }
  }
}
