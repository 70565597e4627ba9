import ComputeGraph
import Tensors

/// What convolutions in bf16 are expected to take, by the table of the instructions at hand, so that the same network is
/// computed in the same way in every run.
package enum BFloat16Cost {
  /// The quickest way for a plan that will run so often.
  package static func method(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, expectedRuns: Int,
    rates: BFloat16Rates = .current
  ) -> BlockedConvolution.Method {
    let problem = ConvolutionProblem(geometry: geometry, source: source, destination: destination)
    guard geometry.kernelHeight == 3, geometry.kernelWidth == 3, (1...2).contains(geometry.stride),
      geometry.dilation == 1, geometry.groups == 1, !geometry.isTransposed, source[1] >= 8
    else { return .gemm }
    let winograd = BlockedConvolution.Method.winograd(tile: 2, group: tileGroup(problem))
    let (filtering, products) = (
      seconds(winograd, problem, expectedRuns: expectedRuns, rates: rates),
      seconds(.gemm, problem, expectedRuns: expectedRuns, rates: rates)
    )
    return filtering < products ? winograd : .gemm
  }

  /// Seconds of one thread, whatever their number, so that it does not change the results; a share of the packing included.
  package static func seconds(
    _ method: BlockedConvolution.Method, _ problem: ConvolutionProblem, expectedRuns: Int,
    rates: BFloat16Rates = .current
  ) -> Double {
    let work = work(method, problem)
    let isCopied = rates.copiesAlways || problem.geometry.padding > 0
    let arithmetic = work.operations * (method == .gemm ? rates.secondsPerOperation : rates.secondsPerFilteredOperation)
    let fetching = work.weightBytes * rates.secondsPerWeightByte
    return max(arithmetic, fetching) + min(arithmetic, fetching) / 4
      + work.transformedValues * rates.secondsPerTransformedValue
      + (isCopied ? work.copiedValues * rates.secondsPerCopiedValue : 0)
      + work.results * rates.secondsPerResult + work.weightBytes * rates.secondsPerPackedByte / Double(expectedRuns)
  }

  /// What a convolution has to do, by one method.
  struct Work {
    var operations: Double
    var transformedValues = 0.0
    /// Of the source, where it is copied.
    var copiedValues = 0.0
    /// That products finish themselves.
    var results = 0.0
    var weightBytes: Double
  }

  static func work(_ method: BlockedConvolution.Method, _ problem: ConvolutionProblem) -> Work {
    let geometry = problem.geometry
    // Blocks are multiplied whole; of the network's own input rows of the kernel in pairs.
    let outputs = whole(geometry.outputChannels)
    let rowPairs = (geometry.kernelWidth * geometry.inputChannels + 1) / 2
    let inputs = problem.readsPlainInput ? 2 * rowPairs / geometry.kernelWidth : whole(geometry.inputChannels)
    let channels = Double(inputs * outputs)
    switch method {
    case .gemm:
      let cells = Double(geometry.kernelHeight * geometry.kernelWidth)
      let pixels = Double(problem.destination[0] * problem.destination[2] * problem.destination[3])
      return Work(
        operations: 2 * pixels * cells * channels,
        copiedValues: Double(problem.source[0] * inputs * problem.source[2] * problem.source[3]),
        results: pixels * Double(outputs), weightBytes: 2 * cells * channels)
    case .winograd(let tile, _):
      let windows = Double(ConvolutionCost.tileCount(tile: tile, problem) * problem.windowCells(tile: tile))
      return Work(
        operations: 2 * windows * channels, transformedValues: windows * Double(inputs + outputs),
        weightBytes: 2 * Double((tile + 2) * (tile + 2)) * channels)
    }
  }

  private static func whole(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

  /// Tiles that a thread takes through all steps, so that they stay in its second-level cache; 0 where the weights are so
  /// large that reading them again for every group would cost more.
  static func tileGroup(_ problem: ConvolutionProblem) -> Int {
    let tile = 2
    let cells = problem.windowCells(tile: tile)
    let (inputs, outputs) = (whole(problem.geometry.inputChannels), whole(problem.geometry.outputChannels))
    // Transformed tiles are bf16, sums are floats.
    let group = 450_000 / (cells * (2 * inputs + 4 * outputs)) / 12 * 12
    let weightBytes = 2 * cells * inputs * outputs
    return weightBytes > 2_000_000 || group >= ConvolutionCost.tileCount(tile: tile, problem) ? 0 : max(12, group)
  }
}
