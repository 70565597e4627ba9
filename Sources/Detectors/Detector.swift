import DetectionUtilities
import ImageCodecs

/// Something that finds objects in images; all that evaluation and the command line know of a detector.
public protocol Detector: AnyObject {
  /// Name of every class, by `Detection.classIndex`.
  var classNames: [String] { get }
  /// Id of every class in files, by `Detection.classIndex`: COCO's category id, say.
  var classIDs: [Int] { get }
  /// Size to which images are brought before the network sees them.
  var inputSize: ImageSize { get }

  /// Detections for each image, in descending score, boxes in pixels of the image as given and inside it.
  ///
  /// Throws when the network cannot be compiled for these images.
  func detect(_ images: [RGBImage], options: DetectionOptions) throws -> [[Detection]]
}

extension Detector {
  /// Classes counted from 1.
  public var classIDs: [Int] { Array(1...max(1, classNames.count)) }
}
