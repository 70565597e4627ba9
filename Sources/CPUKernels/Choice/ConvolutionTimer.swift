import ComputeGraph
import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

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

  /// The same of a convolution in bf16.
  static func seconds(_ convolution: BFloat16Convolution, _ problem: ConvolutionProblem) throws -> Double {
    let (source, destination) = (
      TensorLayout(.channelBlocked, shape: problem.source), TensorLayout(.channelBlocked, shape: problem.destination)
    )
    let (input, output) = (Block(source.byteCount / 2), Block(destination.byteCount / 2))
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

  static func quickest(_ body: () throws -> Void) throws -> Double {
    try body()
    var best = Double.infinity
    for _ in 0..<4 { best = min(best, try ContinuousClock().measure(body) / .seconds(1)) }
    return best
  }

  /// Memory as plans have it: aligned for every kernel, large blocks in huge pages, where the system has them.
  final class Block {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private static let hugePage = 1 << 21

    /// - Parameter isTouched: whether it is zeroed; else its pages have not been touched before.
    init(_ byteCount: Int, isTouched: Bool = true) {
      self.byteCount = byteCount
      let count = max(byteCount, 64)
      let isLarge = count >= Self.hugePage
      base = .allocate(
        byteCount: isLarge ? (count + Self.hugePage - 1) / Self.hugePage * Self.hugePage : count,
        alignment: isLarge ? Self.hugePage : 64)
      #if canImport(Glibc)
        if isLarge { madvise(base, count, MADV_HUGEPAGE) }
      #endif
      if isTouched { base.initializeMemory(as: UInt8.self, repeating: 0, count: count) }
    }

    deinit { base.deallocate() }
  }
}
