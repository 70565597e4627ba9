import ComputeGraph
import Tensors

/// What a convolution is expected to take, from rates that were measured once, so that the same network is computed in the
/// same way in every run.
///
/// Measured on AVX2 (AMD Zen 3, one thread, 3×3 layers of ResNet-18 at 320): products run at 90 GFLOP/s, transforms at
/// 0.24 ns a value; weights that are in no cache come at 14 GB/s while products run; packing writes memory that the
/// process has not touched before, at 1.6 GB/s. The ratios are what matters.
package enum ConvolutionCost {
  static let secondsPerOperation = 1 / 90e9
  static let secondsPerTransformedValue = 0.24e-9
  static let secondsPerWeightByte = 1 / 14e9
  static let secondsPerPackedByte = 1 / 1.6e9

  /// Seconds a run, its share of the packing included.
  ///
  /// - Parameter expectedRuns: how often the plan will run.
  package static func seconds(
    _ method: BlockedConvolution.Method, _ problem: ConvolutionProblem, expectedRuns: Int
  ) -> Double {
    let geometry = problem.geometry
    let channels = Double(geometry.inputChannels * geometry.outputChannels)
    let (operations, transformed, cells): (Double, Double, Double)
    switch method {
    case .gemm:
      operations = Double(geometry.floatingPointOperations(input: problem.source, output: problem.destination))
      (transformed, cells) = (0, Double(geometry.kernelHeight * geometry.kernelWidth))
    case .winograd(let tile, _):
      let windows = Double(tileCount(tile: tile, problem) * problem.windowCells(tile: tile))
      cells = Double((tile + 2) * (tile + 2))
      operations = 2 * windows * channels
      transformed = windows * Double(geometry.inputChannels + geometry.outputChannels)
    }
    let weightBytes = 4 * cells * channels
    // Of one thread, whatever their number, so that it does not change the results. Weights are fetched while products run,
    // half for nothing.
    let (arithmetic, fetching) = (operations * secondsPerOperation, weightBytes * secondsPerWeightByte)
    return max(arithmetic, fetching) + min(arithmetic, fetching) / 2 + transformed * secondsPerTransformedValue
      + weightBytes * secondsPerPackedByte / Double(expectedRuns)
  }

  static func tileCount(tile: Int, _ problem: ConvolutionProblem) -> Int {
    problem.destination[0] * ((problem.destination[2] + tile - 1) / tile) * ((problem.destination[3] + tile - 1) / tile)
  }

  /// Tiles that a thread takes through all steps, so that they stay in its second-level cache; 0 where the weights are so
  /// large that reading them again for every group would cost more.
  static func tileGroup(tile: Int, _ problem: ConvolutionProblem) -> Int {
    let weightBytes = 4 * (tile + 2) * (tile + 2) * problem.geometry.inputChannels * problem.geometry.outputChannels
    let bytesPerTile =
      4 * problem.windowCells(tile: tile) * (problem.geometry.inputChannels + problem.geometry.outputChannels)
    let group = 450_000 / bytesPerTile / 6 * 6
    return weightBytes > 4_000_000 || group >= tileCount(tile: tile, problem) ? 0 : max(12, group)
  }
}
