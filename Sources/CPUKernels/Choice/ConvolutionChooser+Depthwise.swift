import ComputeGraph
import Tensors

extension ConvolutionChooser {
  /// The native depthwise convolution for a layer; nil where there is none.
  ///
  /// Wherever there is one it is at least as quick as oneDNN's: measured with oneDNN 2.6.3 on one core of an AMD Zen 4 on
  /// maps of 10 to 160 rows, it takes 0.65 to 0.75 of oneDNN's time forward and 0.5 to 0.75 for the input's gradient with
  /// AVX-512, 0.75 to 1 and 0.5 to 0.75 with AVX2. For the weights' gradient it takes 0.95 with kernels of 3×3 cells; those
  /// of 5×5 cells oneDNN computes by its reference loop, in 1,000 times as long.
  package func depthwise(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, activation: Activation? = nil
  ) -> BlockedDepthwise? {
    BlockedDepthwise(geometry, source: source, destination: destination, activation: activation)
  }
}
