import ComputeGraph
import Tensors

extension ConvolutionRates {
  /// The rates of the machine at hand, on as many threads as kernels use; what is not a rate is the table's.
  ///
  /// - Complexity: some seconds.
  package static func measured() throws -> ConvolutionRates {
    var rates = current
    let layers = [(64, 80), (128, 40), (256, 20)].map { square(channels: $0.0, side: $0.1) }
    rates.secondsPerOperation = try mean(layers, .gemm) { seconds, problem in
      (seconds, Double(problem.geometry.floatingPointOperations(input: problem.source, output: problem.destination)))
    }
    rates.secondsPerTransformedValue =
      try [4, 6].map { tile in
        try layers.map { layer in
          let group = ConvolutionCost.tileGroup(tile: tile, layer)
          return try mean([layer], .winograd(tile: tile, group: group)) { seconds, problem in
            let work = ConvolutionCost.work(.winograd(tile: tile, group: group), problem)
            return (max(0, seconds - work.operations * rates.secondsPerOperation), work.transformedValues)
          }
        }.reduce(0, +) / Double(layers.count)
      }.reduce(0, +) / 2
    // So few rows that reading the weights takes longer than multiplying by them.
    rates.secondsPerWeightByte = try mean([square(channels: 4096, side: 2, kernelSize: 1)], .gemm) { seconds, problem in
      (seconds, ConvolutionCost.work(.gemm, problem).weightBytes)
    }
    rates.secondsPerPackedByte = try secondsPerPackedByte()
    let filtered = BlockedConvolution.Method.winograd(tile: 4, group: 0)
    rates.exposedShare = try mean([square(channels: 512, side: 10)], filtered) { seconds, problem in
      let work = ConvolutionCost.work(filtered, problem)
      let times = [work.operations * rates.secondsPerOperation, work.weightBytes * rates.secondsPerWeightByte].sorted()
      let exposed = seconds - times[1] - work.transformedValues * rates.secondsPerTransformedValue
      return (min(max(0, exposed), times[0]), times[0])
    }
    return rates
  }

  private static func square(channels: Int, side: Int, kernelSize: Int = 3) -> ConvolutionProblem {
    let shape: TensorShape = [1, channels, side, side]
    let geometry = ConvolutionGeometry(
      inputChannels: channels, outputChannels: channels, kernelSize: kernelSize, padding: kernelSize / 2)
    return ConvolutionProblem(geometry: geometry, source: shape, destination: shape, activation: .relu)
  }

  /// The sum of what `rate` gives for each problem, over the sum of what it is divided by.
  private static func mean(
    _ problems: [ConvolutionProblem], _ method: BlockedConvolution.Method,
    _ rate: (Double, ConvolutionProblem) -> (amount: Double, divisor: Double)
  ) throws -> Double {
    let parts = try problems.map { problem in
      rate(try ConvolutionTimer.seconds(.native(method), problem) ?? 0, problem)
    }
    return parts.map(\.amount).reduce(0, +) / parts.map(\.divisor).reduce(0, +)
  }

  /// As a plan does it when it starts: once, into new memory.
  private static func secondsPerPackedByte() throws -> Double {
    let problem = square(channels: 512, side: 10)
    guard let convolution = problem.native(.winograd(tile: 4, group: 0)) else { return current.secondsPerPackedByte }
    let weights = Tensor(zeros: problem.geometry.weightShape)
    let packed = ConvolutionTimer.Block(convolution.weightByteCount, isTouched: false)
    let time = ContinuousClock().measure { convolution.packWeights(weights, to: packed.base) }
    return time / .seconds(1) / Double(convolution.weightByteCount)
  }
}
