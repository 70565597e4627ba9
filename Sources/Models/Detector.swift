import DetectionUtilities
import ImageCodecs

/// A model that finds objects: all that evaluation and the command line know of a detector.
///
/// Its predictions are detections in descending score, boxes inside the image, class indices those of its `classNames`.
public protocol Detector: VisionModel where Prediction == [Detection] {}

extension Detector {
  /// Detections on an image file, boxes in pixels of the upright image at full scale, and that scale.
  ///
  /// A JPEG much larger than the network's input, and any image too large to be held, is decoded at a reduced scale, as
  /// training does.
  /// Throws an `ImageError` for a file that cannot be decoded, and what `predict` throws.
  public func detect(contentsOf path: String) throws -> (size: ImageSize, detections: [Detection]) {
    let image = try SourceImage(contentsOf: path, for: self)
    return (image.originalSize, try predict(image).value)
  }

  /// Detections for each image. Images go through the network one by one, so that an image's detections never depend on
  /// its neighbours.
  public func detect(_ images: [RGBImage]) throws -> [[Detection]] {
    try images.map { try predict(SourceImage($0)).value }
  }
}
