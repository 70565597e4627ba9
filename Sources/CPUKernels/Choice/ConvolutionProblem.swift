import ComputeGraph
import Tensors

/// A convolution at its place in a network.
package struct ConvolutionProblem: Hashable, Sendable {
  package var geometry: ConvolutionGeometry
  package var source: TensorShape
  package var destination: TensorShape
  package var activation: Activation?
  /// The network's own input, row-major instead of in blocks.
  package var readsPlainInput = false
  /// Whether it computes the gradient of another convolution, whose weights it reads.
  package var isDataGradient = false
  /// Sides of Winograd's tiles that may be used. Rounding grows with them.
  package var tiles = [2, 4, 6]

  package init(
    geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, activation: Activation? = nil,
    readsPlainInput: Bool = false, isDataGradient: Bool = false, tiles: [Int] = [2, 4, 6]
  ) {
    self.geometry = geometry
    self.source = source
    self.destination = destination
    self.activation = activation
    self.readsPlainInput = readsPlainInput
    self.isDataGradient = isDataGradient
    self.tiles = tiles
  }

  /// The convolution of the output's gradient that gives the input's; nil where that is none.
  package static func gradient(of geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape) -> Self?
  {
    let padding = geometry.dilation * (geometry.kernelHeight - 1) - geometry.padding
    guard geometry.stride == 1, geometry.groups == 1, !geometry.isTransposed,
      geometry.kernelHeight == geometry.kernelWidth, padding >= 0
    else { return nil }
    let mirrored = ConvolutionGeometry(
      inputChannels: geometry.outputChannels, outputChannels: geometry.inputChannels,
      kernelSize: geometry.kernelHeight, padding: padding, dilation: geometry.dilation)
    return ConvolutionProblem(geometry: mirrored, source: destination, destination: source, isDataGradient: true)
  }

  /// The convolution of a transposed convolution's output gradient that gives its input's; nil where it is not transposed, or
  /// grouped. It has the same weights.
  package static func gradient(
    ofTransposed geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> Self? {
    guard geometry.isTransposed, geometry.groups == 1 else { return nil }
    return ConvolutionProblem(geometry: geometry.counterpart, source: destination, destination: source)
  }

  package func native(
    _ method: BlockedConvolution.Method, fusing epilogue: BlockedConvolution.FusedEpilogue? = nil
  ) -> BlockedConvolution? {
    readsPlainInput
      ? nil
      : BlockedConvolution(
        geometry, source: source, destination: destination, activation: activation, method: method, epilogue: epilogue,
        isDataGradient: isDataGradient)
  }

  /// Whether Winograd's minimal filtering of stride 1 applies: oneDNN's, and that of gradients.
  package var isFilterable: Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3 && geometry.stride == 1 && geometry.dilation == 1
      && geometry.groups == 1 && !geometry.isTransposed
  }

  /// Values of a tile's window, and of its transform.
  package func windowCells(tile: Int) -> Int {
    let side = geometry.stride * tile + 3 - geometry.stride
    return side * side
  }

  /// Every way of computing it that may be worth a measurement, always in the same order.
  package var methods: [ConvolutionMethod] {
    var methods = ConvolutionAlgorithm.candidates(geometry, .inference, output: destination).map(
      ConvolutionMethod.oneDNN)
    guard native(.gemm) != nil else { return methods }
    methods.append(.native(.gemm))
    for tile in tiles where native(.winograd(tile: tile, group: 0)) != nil {
      methods.append(.native(.winograd(tile: tile, group: 0)))
      let group = ConvolutionCost.tileGroup(tile: tile, self)
      if group > 0 { methods.append(.native(.winograd(tile: tile, group: group))) }
    }
    return methods
  }
}

/// By whose kernels and how a convolution is computed.
package enum ConvolutionMethod: Hashable, Sendable {
  case oneDNN(ConvolutionAlgorithm)
  case native(BlockedConvolution.Method)
}

extension ConvolutionGeometry {
  /// Of a transposed convolution, the convolution whose gradient it computes.
  package var counterpart: ConvolutionGeometry {
    var geometry = self
    (geometry.inputChannels, geometry.outputChannels) = (outputChannels, inputChannels)
    geometry.isTransposed = false
    return geometry
  }
}
