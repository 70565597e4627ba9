import ComputeGraph
import Tensors

extension BFloat16Rates {
  /// The rates of the machine at hand, on as many threads as kernels use; nil on processors without bf16.
  ///
  /// - Complexity: some seconds.
  package static func measured() throws -> BFloat16Rates? {
    guard BFloat16.isAvailable else { return nil }
    var rates = current
    let layers = [(64, 80), (128, 40), (256, 20)].map { layer(inputs: $0.0, outputs: $0.0, side: $0.1, kernelSize: 3) }
    // Few results, so that most of the time goes into the source.
    let gathering = [layer(inputs: 512, outputs: 16, side: 40)]
    let spreading = [layer(inputs: 32, outputs: 256, side: 80)]
    rates.secondsPerOperation = try mean(layers, .gemm) { seconds, work in (seconds, work.operations) }
    if rates.copiesAlways {
      rates.secondsPerCopiedValue = try mean(gathering, .gemm) { seconds, work in
        (seconds - work.operations * rates.secondsPerOperation, work.copiedValues)
      }
      rates.secondsPerResult = try mean(spreading, .gemm) { seconds, work in
        (
          seconds - work.operations * rates.secondsPerOperation - work.copiedValues * rates.secondsPerCopiedValue,
          work.results
        )
      }
    }
    rates.secondsPerFilteredOperation = try mean(layers, .gemm, instructions: .avx512) { seconds, work in
      (seconds, work.operations)
    }
    rates.secondsPerTransformedValue = try mean(layers, .winograd(tile: 2, group: 0)) { seconds, work in
      (seconds - work.operations * rates.secondsPerFilteredOperation, work.transformedValues)
    }
    // So few rows that reading the weights takes longer than multiplying by them.
    rates.secondsPerWeightByte = try mean([layer(inputs: 8192, outputs: 8192, side: 2)], .gemm) { seconds, work in
      (seconds, work.weightBytes)
    }
    rates.secondsPerPackedByte = try secondsPerPackedByte()
    rates.secondsPerConvertedValue = try secondsPerConvertedValue()
    return rates
  }

  private static func layer(inputs: Int, outputs: Int, side: Int, kernelSize: Int = 1) -> ConvolutionProblem {
    let geometry = ConvolutionGeometry(
      inputChannels: inputs, outputChannels: outputs, kernelSize: kernelSize, padding: kernelSize / 2)
    return ConvolutionProblem(
      geometry: geometry, source: [1, inputs, side, side], destination: [1, outputs, side, side], activation: .relu)
  }

  private static func convolution(
    _ problem: ConvolutionProblem, _ method: BlockedConvolution.Method,
    instructions: BFloat16.Instructions = BFloat16.instructions
  ) -> BFloat16Convolution? {
    BFloat16Convolution(
      problem.geometry, source: problem.source, destination: problem.destination, activation: problem.activation,
      method: method, instructions: instructions)
  }

  /// The sum of what `rate` gives for each problem, over the sum of what it is divided by.
  private static func mean(
    _ problems: [ConvolutionProblem], _ method: BlockedConvolution.Method,
    instructions: BFloat16.Instructions = BFloat16.instructions,
    _ rate: (Double, BFloat16Cost.Work) -> (amount: Double, divisor: Double)
  ) throws -> Double {
    let parts = try problems.map { problem in
      let seconds = try convolution(problem, method, instructions: instructions).map {
        try ConvolutionTimer.seconds($0, problem)
      }
      return rate(seconds ?? 0, BFloat16Cost.work(method, problem))
    }
    return max(0, parts.map(\.amount).reduce(0, +)) / parts.map(\.divisor).reduce(0, +)
  }

  /// As a plan does it when it starts: once, into new memory.
  private static func secondsPerPackedByte() throws -> Double {
    let problem = layer(inputs: 512, outputs: 512, side: 10, kernelSize: 3)
    guard let convolution = convolution(problem, .gemm) else { return current.secondsPerPackedByte }
    let weights = Tensor(zeros: problem.geometry.weightShape)
    let packed = ConvolutionTimer.Block(convolution.weightByteCount, isTouched: false)
    let time = ContinuousClock().measure { convolution.packWeights(weights, to: packed.base) }
    return time / .seconds(1) / Double(convolution.weightByteCount)
  }

  private static func secondsPerConvertedValue() throws -> Double {
    let count = 64 * 80 * 80
    let (floats, halves) = (ConvolutionTimer.Block(4 * count), ConvolutionTimer.Block(2 * count))
    return try withExtendedLifetime((floats, halves)) {
      try ConvolutionTimer.quickest { BFloat16.round(floats.base, to: halves.base, count: count) } / Double(count)
    }
  }
}
