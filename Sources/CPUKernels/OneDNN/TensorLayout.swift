internal import COneDNN
import Tensors

/// How a number lies in memory.
public enum ElementType: Hashable, Sendable {
  case float
  /// The upper half of a float.
  case bfloat16
  case unsignedByte
  case signedByte

  var code: pdn_element {
    switch self {
    case .float: PDN_FLOAT
    case .bfloat16: PDN_BF16
    case .unsignedByte: PDN_UNSIGNED_BYTE
    case .signedByte: PDN_SIGNED_BYTE
    }
  }
}

/// How a tensor lies in memory: its extents and the order of its elements.
///
/// Immutable, hence shared freely between threads.
public final class TensorLayout: @unchecked Sendable {
  /// Order of the elements.
  public enum Order: Sendable {
    /// Row-major, as `Tensor` stores it.
    case plain
    /// N × C/b × H × W × b with b = ``OneDNN/channelBlock``; channels are padded with zeros to a multiple of b.
    case channelBlocked
    /// N × H × W × C.
    case channelsLast
    /// I × O × H × W (with groups G × I × O × H × W): PyTorch's kernels of transposed convolutions.
    case inputMajor

    var code: pdn_order {
      switch self {
      case .plain: PDN_PLAIN
      case .channelBlocked: PDN_CHANNEL_BLOCKED
      case .channelsLast: PDN_CHANNELS_LAST
      case .inputMajor: PDN_INPUT_MAJOR
      }
    }
  }

  /// For the functions that make kernels, which name the layout to `Kernel.init` too.
  let handle: OpaquePointer
  public let shape: TensorShape

  /// - Precondition: the order exists for that rank (blocked and channels-last: 4).
  public init(_ order: Order, of element: ElementType = .float, shape: TensorShape) {
    let extents = shape.dimensions.map(Int64.init)
    guard let handle = pdn_layout_create(order.code, element.code, Int32(extents.count), extents) else {
      preconditionFailure("\(order) layout of \(shape): \(String(cString: pdn_last_error()))")
    }
    self.handle = handle
    self.shape = shape
  }

  /// Takes ownership of a handle.
  init(handle: OpaquePointer, shape: TensorShape) {
    self.handle = handle
    self.shape = shape
  }

  deinit { pdn_layout_destroy(handle) }

  /// Bytes that a tensor of this layout occupies, padding included.
  public var byteCount: Int { withExtendedLifetime(self) { pdn_layout_byte_count(handle) } }

  /// The part of a larger tensor that holds `count` channels from `first` on, in place.
  ///
  /// Nil where the blocks do not line up.
  public func channels(from first: Int, count: Int) -> TensorLayout? {
    let part = withExtendedLifetime(self) { pdn_layout_channels(handle, Int64(first), Int64(count)) }
    guard let part else { return nil }
    var partShape = shape
    partShape[1] = count
    return TensorLayout(handle: part, shape: partShape)
  }

  /// Bytes from the start of the enclosing tensor to the first element of this part of it.
  public var byteOffset: Int { withExtendedLifetime(self) { pdn_layout_byte_offset(handle) } }
}

extension TensorLayout: Equatable {
  public static func == (left: TensorLayout, right: TensorLayout) -> Bool {
    withExtendedLifetime((left, right)) { pdn_layout_equal(left.handle, right.handle) }
  }
}
