/// By whose kernels and how a convolution is computed.
package enum ConvolutionMethod: Hashable, Sendable {
  case oneDNN(ConvolutionAlgorithm)
  case native(BlockedConvolution.Method)
}
