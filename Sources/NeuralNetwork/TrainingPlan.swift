import OneDNNKernels
import Tensors

/// A graph compiled for training: forward with batch statistics, backward from the outputs' gradients.
///
/// Heads compute losses and the gradients with respect to the raw outputs; the plan carries those back to the
/// parameters. One batch size and input size; one thread at a time.
public final class TrainingPlan {
  /// The graph after ``GraphPass/training``.
  public let graph: Graph
  public let inputShape: TensorShape
  public let outputShapes: [TensorShape]
  /// Bytes of activations, gradients, scratch and packed weights together.
  public var memoryByteCount: Int { arena.byteCount }

  private let compiler: TrainingCompiler
  private let arena: Arena
  private var gradients = ParameterStore()
  private var generator: any RandomNumberGenerator

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - needsInputGradient: whether ``inputGradient`` is wanted, as for the second stage of a two-stage detector.
  ///   - generator: draws dropout masks.
  /// Throws a ``GraphError`` or a `KernelError`.
  public init(
    _ graph: Graph, inputShape: TensorShape, needsInputGradient: Bool = false,
    passes: [GraphPass] = GraphPass.training, generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws {
    precondition(passes.allSatisfy(GraphPass.training.contains), "training knows \(GraphPass.training), not \(passes)")
    var graph = graph
    var unused = ParameterStore()
    for pass in passes { graph.apply(pass, parameters: &unused) }
    let shapes = try graph.shapes(input: inputShape)
    compiler = TrainingCompiler(graph, shapes: shapes, needsInputGradient: needsInputGradient)
    try compiler.compile()
    arena = try compiler.builder.makeArena()
    self.graph = graph
    self.inputShape = inputShape
    self.generator = generator
    outputShapes = graph.outputs.map { shapes[$0] }
    for specification in graph.parameters where specification.isTrainable {
      gradients[specification.name] = Tensor(zeros: specification.shape)
    }
  }

  /// Runs the network in training mode on an input that `fill` writes (N×C×H×W, row-major).
  ///
  /// - Precondition: `parameters` has the graph's parameters.
  public func forward(
    parameters: ParameterStore, filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Tensor] {
    try graph.check(parameters)
    for packing in compiler.builder.weights { try packing.run(parameters, arena) }
    for mask in compiler.dropoutMasks { drawMask(mask) }
    try fill(floats(compiler.input, inputShape.elementCount))
    for step in compiler.builder.steps[..<compiler.boundary] { try step.run(arena) }
    return zip(compiler.outputs, outputShapes).map { slice, shape in
      Tensor(shape: shape, values: UnsafeBufferPointer(floats(slice, shape.elementCount)))
    }
  }

  public func forward(_ input: Tensor, parameters: ParameterStore) throws -> [Tensor] {
    precondition(input.shape == inputShape, "the plan takes \(inputShape), not \(input.shape)")
    return try forward(parameters: parameters) { buffer in
      input.withUnsafeBufferPointer { _ = buffer.update(from: $0) }
    }
  }

  /// Gradients of every trainable parameter, given those of the outputs of the last ``forward(_:parameters:)``.
  ///
  /// - Precondition: one gradient per output, of its shape.
  public func backward(_ outputGradients: [Tensor]) throws -> ParameterStore {
    precondition(outputGradients.map(\.shape) == outputShapes, "one gradient per output, of its shape")
    for (slice, gradient) in zip(compiler.outputGradients, outputGradients) {
      gradient.withUnsafeBufferPointer { _ = floats(slice, $0.count).update(from: $0) }
    }
    for step in compiler.builder.steps[compiler.boundary...] { try step.run(arena) }
    for gradient in compiler.parameterGradients { try gradient.add(to: &gradients, arena) }
    return gradients
  }

  /// Gradient with respect to the input, after ``backward(_:)``; nil when it was not asked for.
  public var inputGradient: Tensor? {
    compiler.inputGradient.map {
      Tensor(shape: inputShape, values: UnsafeBufferPointer(floats($0, inputShape.elementCount)))
    }
  }

  /// Moves running means and (unbiased) variances towards the last batch's, as PyTorch does.
  public func updateRunningStatistics(in parameters: inout ParameterStore) {
    for statistics in compiler.statistics {
      let node = statistics.node
      let correction = Float(statistics.sampleCount) / Float(max(1, statistics.sampleCount - 1))
      move(&parameters, node.runningMean, statistics.mean, by: node.momentum, scale: 1)
      move(&parameters, node.runningVariance, statistics.variance, by: node.momentum, scale: correction)
    }
  }

  /// Repeats the last forward pass step by step and names the first layer that writes a value that is not finite.
  public func firstNonFiniteLayer() throws -> String? {
    for step in compiler.builder.steps[..<compiler.boundary] {
      try step.run(arena)
      guard let written = step.written else { continue }
      if floats(written, step.writtenByteCount / 4).contains(where: { !$0.isFinite }) { return step.name }
    }
    return nil
  }

  /// Runs all steps on whatever the memory holds and returns each one's name, implementation and seconds.
  public func profile() throws -> [(name: String, implementation: String, seconds: Double)] {
    try compiler.builder.steps.map { step in
      let duration = try ContinuousClock().measure { try step.run(arena) }
      return (step.name, step.kernel?.implementation ?? "", duration / .seconds(1))
    }
  }

  private func move(
    _ parameters: inout ParameterStore, _ name: String, _ batch: MemorySlice, by momentum: Float, scale: Float
  ) {
    parameters.update(name) { tensor in
      let values = floats(batch, tensor.elementCount)
      tensor.withUnsafeMutableBufferPointer { running in
        for index in running.indices {
          running[index] += momentum * (scale * values[index] - running[index])
        }
      }
    }
  }

  private func drawMask(_ mask: (slice: MemorySlice, count: Int, rate: Float)) {
    let values = floats(mask.slice, mask.count)
    let scale = 1 / (1 - mask.rate)
    for index in values.indices {
      values[index] = Float.random(in: 0..<1, using: &generator) < mask.rate ? 0 : scale
    }
  }

  private func floats(_ slice: MemorySlice, _ count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: arena.address(slice).bindMemory(to: Float.self, capacity: count), count: count)
  }
}
