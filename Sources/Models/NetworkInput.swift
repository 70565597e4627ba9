import DetectionUtilities
import ImageCodecs
import Tensors

/// An image brought to a network's input, and the mapping of what is found in it back to the image.
public struct NetworkInput {
  /// How the image came to the network's size.
  public let transform: ImageTransform
  /// Of the upright image at full scale.
  public let originalSize: ImageSize
  private let preprocessing: Preprocessing
  /// At the network's input size; where that follows the image, as it came.
  package let image: RGBImage
  /// What each channel is normalised by.
  private let mean: [Float]
  private let deviation: [Float]

  /// Resizes an image of any size.
  ///
  /// - Parameter statistics: of the image that it is a part of, for a model that normalises by them; nil where it is whole.
  public init(_ source: SourceImage, preprocessing: Preprocessing, statistics: PixelStatistics? = nil) {
    self.preprocessing = preprocessing
    originalSize = source.originalSize
    transform = ImageTransform(
      source: source.image.size, target: preprocessing.inputSize, policy: preprocessing.resize)
    let statistics =
      preprocessing.normalization == .perImage ? statistics ?? PixelStatistics(source.image) : nil
    // What is padded tells nothing: the level that becomes 0.
    let level = statistics.map { UInt8((255 * $0.mean).rounded()) } ?? 114
    image =
      preprocessing.resize.variesSize
      ? source.image
      : transform.apply(to: source.image, fill: (level, level, level), antialias: preprocessing.antialias)
    if let statistics {
      mean = preprocessing.mean.map { _ in statistics.mean }
      deviation = preprocessing.mean.map { _ in statistics.standardDeviation }
    } else {
      (mean, deviation) = (preprocessing.mean, preprocessing.standardDeviation)
    }
  }

  /// Of the network's input.
  public var size: ImageSize { transform.target }

  /// 1 × channels × height × width.
  public var shape: TensorShape { [1, preprocessing.channelCount, size.height, size.width] }

  /// Writes the normalised channels, channels×H×W, row-major.
  public func write(to planes: UnsafeMutableBufferPointer<Float>) {
    precondition(planes.count == shape.elementCount, "\(planes.count) floats for an input of \(shape)")
    if preprocessing.channelCount == 1 {
      image.writeBrightness(factor: 1 / (255 * deviation[0]), offset: -mean[0] / deviation[0], into: planes)
    } else if preprocessing.resize.variesSize {
      image.writePlanes(
        resizedTo: transform.resizedSize, canvas: size, mean: mean, deviation: deviation, into: planes)
    } else {
      image.writePlanes(
        factors: deviation.map { 1 / (255 * $0) }, offsets: zip(mean, deviation).map { -$0 / $1 }, into: planes)
    }
  }

  /// Detections in network pixels become detections in pixels of the upright image at full scale, clipped to it. Those
  /// that lie in the padding alone are dropped.
  public func mapBack(_ detections: [Detection]) -> [Detection] {
    let source = transform.source
    let scaleX = Double(originalSize.width) / Double(source.width)
    let scaleY = Double(originalSize.height) / Double(source.height)
    return detections.compactMap { detection in
      let (x1, y1) = transform.toSource(x: detection.box.x1, y: detection.box.y1)
      let (x2, y2) = transform.toSource(x: detection.box.x2, y: detection.box.y2)
      let (width, height) = (Double(source.width), Double(source.height))
      let box = BoundingBox(
        x1: min(max(x1, 0), width), y1: min(max(y1, 0), height), x2: min(max(x2, 0), width),
        y2: min(max(y2, 0), height))
      guard box.area > 0 else { return nil }
      var mapped = detection
      mapped.box = BoundingBox(
        x1: box.x1 * scaleX, y1: box.y1 * scaleY, x2: min(box.x2 * scaleX, Double(originalSize.width)),
        y2: min(box.y2 * scaleY, Double(originalSize.height)))
      return mapped
    }
  }

  /// A class for every pixel of the network's input becomes one for every pixel of the upright image at full scale.
  public func mapBack(_ labels: LabelMap) -> LabelMap { transform.mapBack(labels, to: originalSize) }

  /// A box of the image as it came (perhaps at a reduced scale), in network pixels.
  public func toNetwork(_ box: BoundingBox) -> BoundingBox {
    let (x1, y1) = transform.toTarget(x: box.x1, y: box.y1)
    let (x2, y2) = transform.toTarget(x: box.x2, y: box.y2)
    return BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2)
  }
}

extension Preprocessing {
  /// Brings an image into the form that the network takes.
  ///
  /// - Parameter statistics: of the image that it is a part of; nil where it is whole.
  public func callAsFunction(_ image: SourceImage, statistics: PixelStatistics? = nil) -> NetworkInput {
    NetworkInput(image, preprocessing: self, statistics: statistics)
  }
}
