import ComputeGraph
import Tensors

/// What a convolution is expected to take, from rates that were measured once, so that the same network is computed in the
/// same way in every run.
package enum ConvolutionCost {
  /// What a convolution has to do, by one method.
  struct Work {
    var operations: Double
    var transformedValues: Double
    var weightBytes: Double
  }

  static func work(_ method: BlockedConvolution.Method, _ problem: ConvolutionProblem) -> Work {
    let geometry = problem.geometry
    let channels = Double(geometry.inputChannels * geometry.outputChannels)
    switch method {
    case .gemm:
      let operations = geometry.floatingPointOperations(input: problem.source, output: problem.destination)
      return Work(
        operations: Double(operations), transformedValues: 0,
        weightBytes: 4 * Double(geometry.kernelHeight * geometry.kernelWidth) * channels)
    case .winograd(let tile, _):
      let windows = Double(tileCount(tile: tile, problem) * problem.windowCells(tile: tile))
      return Work(
        operations: 2 * windows * channels,
        transformedValues: windows * Double(geometry.inputChannels + geometry.outputChannels),
        weightBytes: 4 * Double((tile + 2) * (tile + 2)) * channels)
    }
  }

  /// Seconds a run, its share of the packing included.
  ///
  /// - Parameter expectedRuns: how often the plan will run.
  package static func seconds(
    _ method: BlockedConvolution.Method, _ problem: ConvolutionProblem, expectedRuns: Int,
    rates: ConvolutionRates = .current
  ) -> Double {
    let work = work(method, problem)
    // Of one thread, whatever their number, so that it does not change the results. Weights are fetched while products run.
    let arithmetic = work.operations * rates.secondsPerOperation
    let fetching = work.weightBytes * rates.secondsPerWeightByte
    return max(arithmetic, fetching) + min(arithmetic, fetching) * rates.exposedShare
      + work.transformedValues * rates.secondsPerTransformedValue
      + work.weightBytes * rates.secondsPerPackedByte / Double(expectedRuns)
  }

  static func tileCount(tile: Int, _ problem: ConvolutionProblem) -> Int {
    problem.destination[0] * ((problem.destination[2] + tile - 1) / tile) * ((problem.destination[3] + tile - 1) / tile)
  }

  /// Tiles that a thread takes through all steps, so that they stay in its second-level cache; 0 where the weights are so
  /// large that reading them again for every group would cost more.
  package static func tileGroup(tile: Int, _ problem: ConvolutionProblem, rates: ConvolutionRates = .current) -> Int {
    let weightBytes = 4 * (tile + 2) * (tile + 2) * problem.geometry.inputChannels * problem.geometry.outputChannels
    let bytesPerTile =
      4 * problem.windowCells(tile: tile) * (problem.geometry.inputChannels + problem.geometry.outputChannels)
    let (group, tiles) = (max(12, rates.groupByteCount / bytesPerTile / 6 * 6), tileCount(tile: tile, problem))
    let readAgain = Double((tiles + group - 1) / group * weightBytes)
    let isShared =
      weightBytes <= rates.sharedWeightByteCount
      && readAgain <= rates.weightBytesPerTransformedByte * Double(tiles * bytesPerTile)
    return isShared && group < tiles ? group : 0
  }
}
