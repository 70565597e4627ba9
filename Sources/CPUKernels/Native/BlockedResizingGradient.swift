internal import CConvolutions
import ComputeGraph
import Tensors

/// The gradient of a bilinear resizing of maps in blocks of channels, by this package's own kernel: oneDNN's goes through its cells
/// one channel at a time.
package struct BlockedResizingGradient {
  private let shape: pbk_resizing

  /// - Parameters:
  ///   - source: of the resizing, N×C×H×W.
  ///   - destination: N×C×H'×W'.
  package init(source: TensorShape, destination: TensorShape) {
    var shape = pbk_resizing()
    let block = OneDNN.channelBlock
    shape.maps = Int32(source[0] * ((source[1] + block - 1) / block))
    shape.input_height = Int32(source[2])
    shape.input_width = Int32(source[3])
    shape.output_height = Int32(destination[2])
    shape.output_width = Int32(destination[3])
    shape.block = Int32(block)
    shape.threads = Int32(KernelThreads.count)
    self.shape = shape
  }

  /// Writes the gradient of the source.
  package func run(destinationGradient: UnsafeRawPointer, sourceGradient: UnsafeMutableRawPointer) {
    withUnsafePointer(to: shape) {
      pbk_resize_gradient(
        $0, destinationGradient.assumingMemoryBound(to: Float.self), sourceGradient.assumingMemoryBound(to: Float.self))
    }
  }
}
