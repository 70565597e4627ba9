import DetectionUtilities
import ImageCodecs
import Tensors

/// Images on their way into a network, with what is needed to bring boxes back.
public struct ImageBatch {
  public let preprocessing: Preprocessing
  /// The images at the network's input size; where that follows the image, as they came.
  public let images: [RGBImage]
  /// How each got there.
  public let transforms: [ImageTransform]
  /// Of the network's input.
  public let inputSize: ImageSize

  /// Resizes images of any size.
  ///
  /// - Precondition: a policy that makes a size for every image makes the same one for all of them.
  public init(_ images: [RGBImage], preprocessing: Preprocessing) {
    self.preprocessing = preprocessing
    transforms = images.map {
      ImageTransform(source: $0.size, target: preprocessing.inputSize, policy: preprocessing.resize)
    }
    inputSize = transforms.first?.target ?? preprocessing.inputSize
    let size = inputSize
    precondition(transforms.allSatisfy { $0.target == size }, "images of other shapes are in other batches")
    self.images =
      preprocessing.resize.variesSize
      ? images
      : zip(images, transforms).map { image, transform in
        transform.apply(to: image, antialias: preprocessing.antialias)
      }
  }

  /// N × 3 × height × width.
  public var shape: TensorShape {
    [images.count, 3, inputSize.height, inputSize.width]
  }

  /// Writes the normalised channels, N×3×H×W, row-major.
  public func write(to buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count == shape.elementCount, "\(buffer.count) floats for a batch of \(shape)")
    let factors = preprocessing.standardDeviation.map { 1 / (255 * $0) }
    let offsets = zip(preprocessing.mean, preprocessing.standardDeviation).map { -$0 / $1 }
    for (index, image) in images.enumerated() {
      let count = buffer.count / images.count
      let planes = UnsafeMutableBufferPointer(rebasing: buffer[index * count..<(index + 1) * count])
      if preprocessing.resize.variesSize {
        image.writePlanes(
          resizedTo: transforms[index].resizedSize, canvas: inputSize, mean: preprocessing.mean,
          deviation: preprocessing.standardDeviation, into: planes)
      } else {
        image.writePlanes(factors: factors, offsets: offsets, into: planes)
      }
    }
  }

  /// Detections in network pixels become detections in the pixels of the image as given, clipped to it. Those that
  /// lie in the padding alone are dropped.
  public func mapBack(_ detections: [Detection], imageIndex: Int) -> [Detection] {
    let transform = transforms[imageIndex]
    return detections.compactMap { detection in
      let (x1, y1) = transform.toSource(x: detection.box.x1, y: detection.box.y1)
      let (x2, y2) = transform.toSource(x: detection.box.x2, y: detection.box.y2)
      let (width, height) = (Double(transform.source.width), Double(transform.source.height))
      var mapped = detection
      mapped.box = BoundingBox(
        x1: min(max(x1, 0), width), y1: min(max(y1, 0), height), x2: min(max(x2, 0), width),
        y2: min(max(y2, 0), height))
      return mapped.box.area > 0 ? mapped : nil
    }
  }
}
