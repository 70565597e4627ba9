internal import COneDNN
import Tensors

/// A window that slides over each channel and keeps the maximum or the mean.
public struct PoolingGeometry: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case maximum
    /// Mean; padded zeros count when `countsPadding` is true. With padding, what a ceil-mode window hangs over beyond
    /// the padding counts too (PyTorch cuts the window there).
    case average(countsPadding: Bool)
  }

  public var kind: Kind
  public var kernelSize: Int
  public var stride: Int
  public var padding: Int
  /// Padding behind the last row and column where it differs from that in front, as in Darknet's pooling.
  public var farPadding: Int?
  /// Rounds the output size up instead of down, so that the last window may hang over the edge.
  public var ceilMode: Bool

  public init(
    kind: Kind, kernelSize: Int, stride: Int, padding: Int = 0, farPadding: Int? = nil, ceilMode: Bool = false
  ) {
    precondition(
      kernelSize > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernelSize
        && (farPadding.map { (0..<kernelSize).contains($0) } ?? true),
      "not a pooling: kernel \(kernelSize), stride \(stride), padding \(padding)")
    self.kind = kind
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
    self.farPadding = farPadding
    self.ceilMode = ceilMode
  }

  /// (W − F + 2P)/S + 1 (the sum of both paddings for 2P), rounded down, or up in ceil mode; then a last window that would start in the far padding
  /// is left out, as PyTorch does.
  public func outputExtent(_ input: Int) -> Int {
    let room = input - kernelSize + padding + (farPadding ?? padding)
    if room < 0 && !ceilMode { return 0 }
    var extent = (ceilMode ? (max(room, 0) + stride - 1) / stride : room / stride) + 1
    if ceilMode && (extent - 1) * stride >= input + padding { extent -= 1 }
    return extent
  }
}

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
      pdn_pooling_create(&shape, direction.code, source.handle, destination.handle),
      "pooling of \(source.shape) to \(destination.shape)")
  }
}
