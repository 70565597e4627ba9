import OneDNNKernels
import Tensors

/// By whom and how a convolution is computed.
enum ConvolutionMethod: Hashable, Sendable {
  case oneDNN(ConvolutionAlgorithm)
  case native(BlockedConvolution.Method)
}

/// A convolution at its place in a network.
struct ConvolutionProblem: Hashable, Sendable {
  var geometry: ConvolutionGeometry
  var source: TensorShape
  var destination: TensorShape
  var activation: Activation?
  /// The network's own input, row-major instead of in blocks.
  var readsPlainInput = false
  /// Whether it computes the gradient of another convolution, whose weights it reads.
  var isDataGradient = false
  /// Sides of Winograd's tiles that may be used. Rounding grows with them.
  var tiles = [2, 4, 6]

  /// The convolution of the output's gradient that gives the input's; nil where that is none.
  static func gradient(of geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape) -> Self? {
    let padding = geometry.kernelHeight - 1 - geometry.padding
    guard geometry.stride == 1, geometry.dilation == 1, geometry.groups == 1, !geometry.isTransposed,
      geometry.kernelHeight == geometry.kernelWidth, padding >= 0
    else { return nil }
    let mirrored = ConvolutionGeometry(
      inputChannels: geometry.outputChannels, outputChannels: geometry.inputChannels,
      kernelSize: geometry.kernelHeight, padding: padding)
    return ConvolutionProblem(geometry: mirrored, source: destination, destination: source, isDataGradient: true)
  }

  func native(
    _ method: BlockedConvolution.Method, fusing epilogue: BlockedConvolution.FusedEpilogue? = nil
  ) -> BlockedConvolution? {
    readsPlainInput
      ? nil
      : BlockedConvolution(
        geometry, source: source, destination: destination, activation: activation, method: method, epilogue: epilogue,
        isDataGradient: isDataGradient)
  }

  /// Whether Winograd's minimal filtering of stride 1 applies: the library's, and that of gradients.
  var isFilterable: Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3 && geometry.stride == 1 && geometry.dilation == 1
      && geometry.groups == 1 && !geometry.isTransposed
  }

  /// Values of a tile's window, and of its transform.
  func windowCells(tile: Int) -> Int {
    let side = geometry.stride * tile + 3 - geometry.stride
    return side * side
  }

  /// Every way of computing it that may be worth a measurement.
  var methods: [ConvolutionMethod] {
    var methods = ConvolutionAlgorithm.candidates(geometry, .inference, output: destination).map(
      ConvolutionMethod.oneDNN)
    guard native(.gemm) != nil else { return methods }
    methods.append(.native(.gemm))
    for tile in tiles where native(.winograd(tile: tile, group: 0)) != nil {
      for group in Set([0, ConvolutionCost.tileGroup(tile: tile, self)]) {
        methods.append(.native(.winograd(tile: tile, group: group)))
      }
    }
    return methods
  }
}

/// What a convolution is expected to take, from rates that were measured once, so that the same network is computed in the
/// same way in every run.
///
/// Measured on AVX2 (AMD Zen 3, one thread, 3×3 layers of ResNet-18 at 320): products run at 90 GFLOP/s, transforms at
/// 0.24 ns a value; weights that are in no cache come at 14 GB/s while products run; packing writes memory that the
/// process has not touched before, at 1.6 GB/s. The ratios are what matters.
enum ConvolutionCost {
  static let secondsPerOperation = 1 / 90e9
  static let secondsPerTransformedValue = 0.24e-9
  static let secondsPerWeightByte = 1 / 14e9
  static let secondsPerPackedByte = 1 / 1.6e9

  /// Seconds a run, its share of the packing included.
  ///
  /// - Parameter expectedRuns: how often the plan will run.
  static func seconds(
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
