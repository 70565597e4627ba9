import ComputeGraph
import Tensors

/// Times a convolution on memory of its own.
enum ConvolutionTimer {
  /// Seconds of the quickest of a few runs; nil where the method does not exist for the problem.
  static func seconds(_ method: ConvolutionMethod, _ problem: ConvolutionProblem) throws -> Double? {
    let source = TensorLayout(problem.readsPlainInput ? .plain : .channelBlocked, shape: problem.source)
    let destination = TensorLayout(.channelBlocked, shape: problem.destination)
    let (input, output) = (Block(source.byteCount), Block(destination.byteCount))
    switch method {
    case .oneDNN(let algorithm):
      let epilogue = ConvolutionEpilogue(activation: problem.activation)
      guard
        let kernel = try? Kernel.convolution(
          problem.geometry, .inference, source: source, destination: destination, hasBias: true, algorithm: algorithm,
          epilogue: epilogue)
      else { return nil }
      let roles: [Kernel.Role] = [.weights, .bias, .scratch]
      let blocks = roles.map { Block(kernel.byteCount(of: $0)) }
      for (role, block) in zip(roles, blocks) where block.byteCount > 0 { try kernel.bind(role, to: block.base) }
      try kernel.bind(.source, to: input.base)
      try kernel.bind(.destination, to: output.base)
      // The kernel knows only the addresses.
      return try withExtendedLifetime((blocks, input, output)) { try quickest { try kernel.execute() } }
    case .native(let native):
      guard let convolution = problem.native(native) else { return nil }
      let weights = Block(convolution.weightByteCount)
      let (bias, scratch) = (Block(convolution.biasByteCount), Block(convolution.scratchByteCount))
      return try withExtendedLifetime((weights, bias, scratch, input, output)) {
        try quickest {
          convolution.run(
            source: input.base, weights: weights.base, bias: bias.base, addend: nil, destination: output.base,
            scratch: scratch.base)
        }
      }
    }
  }

  private static func quickest(_ body: () throws -> Void) throws -> Double {
    try body()
    var best = Double.infinity
    for _ in 0..<4 { best = min(best, try ContinuousClock().measure(body) / .seconds(1)) }
    return best
  }

  /// Zeroed memory, aligned for every kernel.
  private final class Block {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(_ byteCount: Int) {
      self.byteCount = byteCount
      base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    deinit { base.deallocate() }
  }
}
