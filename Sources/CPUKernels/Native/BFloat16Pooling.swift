internal import CConvolutions
import ComputeGraph
import Tensors

/// The largest value of every window of a map in bf16: what ``BlockedPooling`` is in floats.
package struct BFloat16Pooling {
  private let shape: pbk_pooling

  /// Nil for averages, where a window would lie outside of the map altogether, and on processors without bf16.
  package init?(_ geometry: PoolingGeometry, source: TensorShape, destination: TensorShape) {
    guard BFloat16.isAvailable,
      let floats = BlockedPooling(geometry, source: source, destination: destination)
    else { return nil }
    shape = floats.shape
  }

  package func run(source: UnsafeRawPointer, destination: UnsafeMutableRawPointer) {
    withUnsafePointer(to: shape) { pbk_bf16_pool($0, source, destination) }
  }
}
