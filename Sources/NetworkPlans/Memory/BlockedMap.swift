import CPUKernels
import Tensors

/// A feature map, or its gradient, inside a plan's memory: N × C/b × H × W × b with b = `OneDNN.channelBlock`.
///
/// What two plans hand each other without a copy and without another order of the elements. Channels beyond `C` in the
/// last block are padding and stay 0.
///
/// Keeps the plan's memory while it lives; what the memory holds is valid until the plan runs again.
public struct BlockedMap {
  /// First element.
  public let pointer: UnsafeMutablePointer<Float>
  /// N × C × H × W.
  public let shape: TensorShape
  /// Channels per block.
  public let block: Int
  /// What frees the memory; whoever uses ``pointer`` keeps the map alive meanwhile, by `withExtendedLifetime`.
  private let owner: AnyObject?

  /// - Parameter owner: What frees the memory when it goes; nil where the caller keeps the memory for long enough.
  /// - Precondition: `shape` has four extents, and `pointer` leads to ``elementCount`` floats.
  public init(
    pointer: UnsafeMutablePointer<Float>, shape: TensorShape, block: Int = OneDNN.channelBlock, owner: AnyObject? = nil
  ) {
    precondition(shape.rank == 4 && block > 0, "a map is N×C×H×W, not \(shape)")
    self.owner = owner
    self.pointer = pointer
    self.shape = shape
    self.block = block
  }

  public var images: Int { shape[0] }
  public var channels: Int { shape[1] }
  public var height: Int { shape[2] }
  public var width: Int { shape[3] }
  /// Blocks of channels per image.
  public var blocks: Int { (channels + block - 1) / block }
  /// Floats, padding included.
  public var elementCount: Int { images * blocks * height * width * block }

  /// Sets every element, padding included, to 0.
  public func clear() {
    withExtendedLifetime(owner) { pointer.update(repeating: 0, count: elementCount) }
  }

  /// Place of an element.
  public func offset(image: Int, channel: Int, row: Int, column: Int) -> Int {
    let (index, lane) = channel.quotientAndRemainder(dividingBy: block)
    return (((image * blocks + index) * height + row) * width + column) * block + lane
  }
}
