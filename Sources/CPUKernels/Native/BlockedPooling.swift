internal import CConvolutions
import ComputeGraph
import Tensors

/// The largest value of every window of a map in blocks of channels, by this package's own kernel.
package struct BlockedPooling {
  let shape: pbk_pooling

  /// Nil for averages, and where a window would lie outside of the map altogether.
  package init?(_ geometry: PoolingGeometry, source: TensorShape, destination: TensorShape) {
    func reaches(_ axis: Int) -> Bool { (destination[axis] - 1) * geometry.stride - geometry.padding < source[axis] }
    guard geometry.kind == .maximum, geometry.padding < geometry.kernelSize, reaches(2), reaches(3) else { return nil }
    var shape = pbk_pooling()
    shape.batch = Int32(source[0])
    shape.channels = Int32(source[1])
    shape.input_height = Int32(source[2])
    shape.input_width = Int32(source[3])
    shape.output_height = Int32(destination[2])
    shape.output_width = Int32(destination[3])
    shape.kernel = Int32(geometry.kernelSize)
    shape.stride = Int32(geometry.stride)
    shape.padding = Int32(geometry.padding)
    shape.block = Int32(OneDNN.channelBlock)
    shape.threads = Int32(KernelThreads.count)
    self.shape = shape
  }

  /// Whether there is a kernel for the gradient: where windows do not share cells.
  package var hasGradient: Bool { shape.kernel == shape.stride && shape.padding == 0 }

  /// Writes the gradient of the source: that of each window goes to its first largest value.
  ///
  /// - Precondition: ``hasGradient``; `pooled` is what ``run(source:destination:)`` made of the source.
  package func runBackward(
    source: UnsafeRawPointer, pooled: UnsafeRawPointer, destinationGradient: UnsafeRawPointer,
    sourceGradient: UnsafeMutableRawPointer
  ) {
    precondition(hasGradient, "windows share cells")
    withUnsafePointer(to: shape) {
      pbk_pool_gradient(
        $0, source.assumingMemoryBound(to: Float.self), pooled.assumingMemoryBound(to: Float.self),
        destinationGradient.assumingMemoryBound(to: Float.self), sourceGradient.assumingMemoryBound(to: Float.self))
    }
  }

  package func run(source: UnsafeRawPointer, destination: UnsafeMutableRawPointer) {
    withUnsafePointer(to: shape) {
      pbk_pool($0, source.assumingMemoryBound(to: Float.self), destination.assumingMemoryBound(to: Float.self))
    }
  }
}
