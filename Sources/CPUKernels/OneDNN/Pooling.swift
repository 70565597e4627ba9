internal import COneDNN
import ComputeGraph
import Tensors

extension Kernel {
  /// Roles: forward source, destination and, for a maximum in training, workspace; backward source gradient,
  /// destination gradient, workspace.
  public static func pooling(
    _ geometry: PoolingGeometry, _ direction: Direction, source: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try window(
      geometry.kind, direction, source: source, destination: destination,
      kernel: (geometry.kernelSize, geometry.kernelSize), stride: geometry.stride, padding: geometry.padding)
  }

  /// Mean over all positions of each channel. Roles as for ``pooling(_:_:source:destination:)``.
  public static func globalAveragePooling(
    _ direction: Direction, source: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try window(
      .average(countsPadding: false), direction, source: source, destination: destination,
      kernel: (source.shape[2], source.shape[3]), stride: 1, padding: 0)
  }

  private static func window(
    _ kind: PoolingGeometry.Kind, _ direction: Direction, source: TensorLayout, destination: TensorLayout,
    kernel: (height: Int, width: Int), stride: Int, padding: Int
  ) throws(KernelError) -> Kernel {
    var shape = pdn_pooling()
    shape.kind =
      switch kind {
      case .maximum: PDN_MAXIMUM
      // Without padding only what hangs over in ceil mode could count, and PyTorch leaves that out.
      case .average(let countsPadding): countsPadding && padding > 0 ? PDN_AVERAGE_WITH_PADDING : PDN_AVERAGE
      }
    func far(_ axis: Int, _ extent: Int) -> Int64 {
      Int64((destination.shape[axis] - 1) * stride + extent - source.shape[axis] - padding)
    }
    shape.kernel_height = Int64(kernel.height)
    shape.kernel_width = Int64(kernel.width)
    shape.stride_height = Int64(stride)
    shape.stride_width = Int64(stride)
    shape.padding_top = Int64(padding)
    shape.padding_left = Int64(padding)
    shape.padding_bottom = far(2, kernel.height)
    shape.padding_right = far(3, kernel.width)
    return try Kernel(
      pdn_pooling_create(&shape, direction.code, source.handle, destination.handle), from: [source, destination],
      "pooling of \(source.shape) to \(destination.shape)")
  }
}
