import ImageCodecs
import Tensors

/// Images that go into a network together, as in training.
public struct ImageBatch {
  public let inputs: [NetworkInput]
  /// Of the network's input.
  public let inputSize: ImageSize
  private let channelCount: Int

  /// Resizes images of any size.
  ///
  /// - Precondition: a policy that makes a size for every image makes the same one for all of them.
  public init(_ images: [RGBImage], preprocessing: Preprocessing) {
    inputs = images.map { NetworkInput(SourceImage($0), preprocessing: preprocessing) }
    let size = inputs.first?.size ?? preprocessing.inputSize
    precondition(inputs.allSatisfy { $0.size == size }, "images of other shapes are in other batches")
    inputSize = size
    channelCount = preprocessing.channelCount
  }

  /// N × channels × height × width.
  public var shape: TensorShape { [inputs.count, channelCount, inputSize.height, inputSize.width] }

  /// Writes the normalised channels, N×C×H×W, row-major.
  public func write(to buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count == shape.elementCount, "\(buffer.count) floats for a batch of \(shape)")
    for (index, input) in inputs.enumerated() {
      let count = buffer.count / inputs.count
      input.write(to: UnsafeMutableBufferPointer(rebasing: buffer[index * count..<(index + 1) * count]))
    }
  }
}
