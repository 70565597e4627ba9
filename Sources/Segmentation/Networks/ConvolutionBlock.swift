import ComputeGraph

/// A convolution without bias, batch normalisation and ReLU, as all heads here are made of.
struct ConvolutionBlock {
  var convolution: Convolution
  var normalization: BatchNormalization

  /// Keeps the size of maps, unless nothing is padded.
  init(
    _ convolution: String, normalization: String, inputChannels: Int, outputChannels: Int, kernelSize: Int,
    dilation: Int = 1, padding: ConvolutionPadding = .same
  ) {
    self.convolution = Convolution(
      convolution, inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: kernelSize,
      padding: padding == .same ? dilation * (kernelSize / 2) : 0, dilation: dilation, hasBias: false)
    self.normalization = BatchNormalization(normalization, channels: outputChannels)
  }

  func callAsFunction(_ x: Value) -> Value { normalization(convolution(x)).relu() }
}
