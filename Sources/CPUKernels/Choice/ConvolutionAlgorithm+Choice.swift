import ComputeGraph
import Tensors

extension ConvolutionAlgorithm {
  /// oneDNN's algorithms worth trying for a convolution, best first; the last one always exists.
  ///
  /// A fixed table instead of a measurement, so that the same network gives the same bytes in every run. Measured
  /// on AVX-512 with oneDNN 2.6.3: Winograd needs enough tiles to amortise reading its larger weights, and without
  /// weights packed ahead of time (training) a few more.
  package static func candidates(
    _ geometry: ConvolutionGeometry, _ direction: Kernel.Direction, output: TensorShape
  ) -> [ConvolutionAlgorithm] {
    let block = OneDNN.channelBlock
    guard geometry.kernelHeight == 3, geometry.kernelWidth == 3, geometry.stride == 1, geometry.dilation == 1,
      geometry.groups == 1, !geometry.isTransposed, OneDNN.hasWinograd, geometry.inputChannels % block == 0,
      geometry.outputChannels % block == 0
    else { return [.direct] }
    let tiles = output[0] * ((output[2] + 3) / 4) * ((output[3] + 3) / 4)
    if direction == .inference {
      return [.winograd(tile: tiles >= 20 ? 4 : 2), .direct]
    }
    return tiles >= 64 ? [.winograd(tile: 4), .direct] : [.direct]
  }
}

extension Kernel {
  /// The best available convolution; see ``ConvolutionAlgorithm/candidates(_:_:output:)``.
  package static func bestConvolution(
    _ geometry: ConvolutionGeometry, _ direction: Direction, source: TensorLayout, destination: TensorLayout,
    hasBias: Bool
  ) throws(KernelError) -> Kernel {
    let candidates = ConvolutionAlgorithm.candidates(geometry, direction, output: destination.shape)
    return try convolution(
      geometry, direction, source: source, destination: destination, hasBias: hasBias, preferring: candidates[0])
  }

  /// A convolution by one algorithm, or directly where oneDNN does not have it.
  package static func convolution(
    _ geometry: ConvolutionGeometry, _ direction: Direction, source: TensorLayout, destination: TensorLayout,
    hasBias: Bool, preferring algorithm: ConvolutionAlgorithm, epilogue: ConvolutionEpilogue = .init()
  ) throws(KernelError) -> Kernel {
    if algorithm != .direct,
      let kernel = try? Kernel.convolution(
        geometry, direction, source: source, destination: destination, hasBias: hasBias, algorithm: algorithm,
        epilogue: epilogue)
    {
      return kernel
    }
    return try Kernel.convolution(
      geometry, direction, source: source, destination: destination, hasBias: hasBias, epilogue: epilogue)
  }
}
