internal import CConvolutions
import ComputeGraph
import Tensors

/// The gradient of a convolution's weights on maps in blocks of channels.
package struct BlockedWeightsGradient {
  private let shape: pbk_convolution
  /// Whether the source is a row-major map.
  private let readsPlainSource: Bool

  /// By products, a cell of the kernel at a time: for any stride and dilation, and for maps of any size. Nil for groups,
  /// kernels that are not square, and transposed convolutions.
  package static func products(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> BlockedWeightsGradient? {
    guard geometry.groups == 1, !geometry.isTransposed, geometry.kernelHeight == geometry.kernelWidth else {
      return nil
    }
    return BlockedWeightsGradient(shape: pbk_convolution(geometry, source: source, destination: destination))
  }

  /// Of a convolution that reads a row-major map, such as the network's own input. Nil for other kernels than 1×1, 3×3, 5×5 and
  /// 7×7, dilation and groups.
  package static func ofPlainSource(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> BlockedWeightsGradient? {
    guard geometry.groups == 1, !geometry.isTransposed, geometry.dilation == 1,
      geometry.kernelHeight == geometry.kernelWidth, [1, 3, 5, 7].contains(geometry.kernelHeight)
    else { return nil }
    return BlockedWeightsGradient(
      shape: pbk_convolution(geometry, source: source, destination: destination), readsPlainSource: true)
  }

  private init(shape: pbk_convolution, readsPlainSource: Bool = false) {
    self.shape = shape
    self.readsPlainSource = readsPlainSource
  }

  /// By Winograd's tiles, the transpose of what the convolution itself does to its weights. Nil for other kernels than 3×3 of
  /// stride 1, and for maps so small that most of a tile would lie outside.
  ///
  /// - Parameter group: tiles that are transformed at a time; nil for as many as a cache holds.
  package init?(_ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, group: Int? = nil) {
    let tile = 4
    let problem = ConvolutionProblem(geometry: geometry, source: source, destination: destination)
    let tiles = ConvolutionCost.tileCount(tile: tile, problem)
    let cells = (tile + 2) * (tile + 2)
    guard problem.isFilterable, cells * tiles < 6 * destination[0] * destination[2] * destination[3] else { return nil }
    // Sums that no cache holds are better passed over once.
    let bytesPerTile = 4 * cells * (geometry.inputChannels + geometry.outputChannels)
    let sumBytes = 4 * cells * geometry.inputChannels * geometry.outputChannels
    let wanted = (sumBytes > 4_000_000 ? 64_000_000 : 6_000_000) / bytesPerTile
    var shape = pbk_convolution(geometry, source: source, destination: destination)
    shape.tile = Int32(tile)
    shape.tile_group = Int32(min(tiles, group ?? max(64, wanted)))
    self.shape = shape
    readsPlainSource = false
  }

  package var implementation: String { shape.tile > 0 ? "winograd \(shape.tile)×\(shape.tile)" : "products" }
  package var scratchByteCount: Int {
    withUnsafePointer(to: shape) {
      readsPlainSource ? pbk_plain_gradient_scratch_count($0) : pbk_gradient_scratch_count($0)
    } * MemoryLayout<Float>.stride
  }

  /// Writes the gradients of the weights, O × I × kernel × kernel, and of the bias.
  package func run(
    source: UnsafeRawPointer, destinationGradient: UnsafeRawPointer, weights: UnsafeMutableRawPointer,
    bias: UnsafeMutableRawPointer?, scratch: UnsafeMutableRawPointer
  ) {
    let compute = readsPlainSource ? pbk_plain_weights_gradient : pbk_weights_gradient
    withUnsafePointer(to: shape) {
      compute(
        $0, source.assumingMemoryBound(to: Float.self), destinationGradient.assumingMemoryBound(to: Float.self),
        weights.assumingMemoryBound(to: Float.self), bias?.assumingMemoryBound(to: Float.self),
        scratch.assumingMemoryBound(to: Float.self))
    }
  }
}
