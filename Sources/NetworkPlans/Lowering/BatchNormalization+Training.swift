import CPUKernels
import ComputeGraph
import Tensors

extension TrainingCompiler {
  /// The batch normalisation whose result nobody but this activation reads, and which computes both.
  func normalization(before activation: Int) -> Int? {
    guard let operation = graph.nodes[activation].operation as? ActivationOperation else { return nil }
    let input = graph.nodes[activation].inputs[0]
    guard let normalization = graph.nodes[input].operation as? BatchNormalizationOperation, !normalization.relu,
      readers[input] == [activation], !graph.outputs.contains(input),
      BlockedNormalization(shapes[input], epsilon: normalization.epsilon, activation: operation.activation) != nil
    else { return nil }
    return input
  }

  /// Whether the activation behind a batch normalisation computes it.
  func leavesNormalization(_ index: Int) -> Bool {
    readers[index].count == 1 && normalization(before: readers[index][0]) == index
  }
}

/// Batch normalisation of training, with ReLU or the activation of another node.
extension BatchNormalizationOperation {
  /// Computes node `index`, a batch normalisation, and the activation behind it, into the place of node `result`.
  ///
  /// - Precondition: `BlockedNormalization` has the activation.
  func emitForward(
    _ index: Int, activation: Activation?, result: Int, _ compiler: TrainingCompiler
  ) throws {
    guard let kernel = BlockedNormalization(compiler.shapes[index], epsilon: epsilon, activation: activation) else {
      preconditionFailure("no batch normalisation with \(String(describing: activation))")
    }
    let (builder, byteCount) = (compiler.builder, vector.byteCount)
    let (mean, variance) = (builder.persistentBuffer(byteCount), builder.persistentBuffer(byteCount))
    compiler.statistics.append(
      TrainingCompiler.Statistics(
        index: index, operation: self, mean: mean, variance: variance,
        sampleCount: compiler.shapes[index].elementCount / channels))
    let (source, destination) = (compiler.source(of: index).slice, compiler.slices[result])
    let (scale, shift) = (try builder.plain(scale, vector), try builder.plain(shift, vector))
    let scratch = builder.buffer(kernel.scratchByteCount)
    for slice in [source, destination, scale, shift, mean, variance, scratch] {
      builder.use(slice, at: builder.steps.count)
    }
    var step = PlanStep(name: compiler.graph.nodes[result].name, node: result, implementation: "one sweep")
    step.body = { arena in
      let vectors = BlockedNormalization.Vectors(
        scale: arena.address(scale), shift: arena.address(shift), mean: arena.address(mean),
        variance: arena.address(variance))
      kernel.run(
        source: arena.address(source), vectors, destination: arena.address(destination),
        scratch: arena.address(scratch))
    }
    (step.written, step.writtenByteCount) = (destination, compiler.layout(of: index).byteCount)
    builder.append(step)
  }

  /// From the gradient of the activation's result to that of the batch normalisation's input.
  func emitBackward(
    _ index: Int, activation: Activation?, _ gradient: MemorySlice, result: Int, _ compiler: TrainingCompiler
  ) throws {
    guard let kernel = BlockedNormalization(compiler.shapes[index], epsilon: epsilon, activation: activation),
      let values = compiler.statistics.first(where: { $0.index == index })
    else { return }
    let (builder, layout) = (compiler.builder, compiler.layout(of: index))
    let (scale, shift) = (try builder.plain(scale, vector), try builder.plain(shift, vector))
    let scaleGradient = try compiler.gradientBuffer(self.scale, vector, in: vector)
    let shiftGradient = try compiler.gradientBuffer(self.shift, vector, in: vector)
    let (source, sourceGradient) = (compiler.source(of: index).slice, builder.buffer(layout.byteCount))
    let scratch = builder.buffer(kernel.scratchByteCount)
    let vectorSlices = [scale, shift, values.mean, values.variance, scaleGradient, shiftGradient]
    for slice in vectorSlices + [source, gradient, sourceGradient, scratch] {
      builder.use(slice, at: builder.steps.count)
    }
    var step = PlanStep(name: compiler.backwardName(of: result), node: result, implementation: "one sweep")
    step.body = { arena in
      let vectors = BlockedNormalization.Vectors(
        scale: arena.address(scale), shift: arena.address(shift), mean: arena.address(values.mean),
        variance: arena.address(values.variance))
      kernel.gradient(
        source: arena.address(source), vectors, gradient: arena.address(gradient),
        result: arena.address(sourceGradient), scaleGradient: arena.address(scaleGradient),
        shiftGradient: arena.address(shiftGradient), scratch: arena.address(scratch))
    }
    (step.written, step.writtenByteCount) = (sourceGradient, layout.byteCount)
    builder.append(step)
    compiler.contribute(to: compiler.input(of: index), sourceGradient, layout)
  }
}

extension PlanBuilder {
  /// Memory that holds a vector of parameters as it is.
  fileprivate func plain(_ name: String, _ vector: TensorLayout) throws(KernelError) -> MemorySlice {
    if let known = weights.first(where: { $0.name == name && $0.form == .layout(vector) }) { return known.destination }
    let slice = persistentBuffer(vector.byteCount)
    append(try WeightPacking(name: name, plain: vector, packed: vector, destination: slice))
    return slice
  }
}
