import DetectionUtilities
import ImageCodecs
import NeuralNetwork

/// Something that finds objects in images; all that evaluation and the command line know of a detector.
public protocol Detector: AnyObject {
  /// Name of every class, by `Detection.classIndex`.
  var classNames: [String] { get }
  /// Id of every class in files, by `Detection.classIndex`: COCO's category id, say.
  var classIDs: [Int] { get }
  /// Size to which images are brought before the network sees them.
  var inputSize: ImageSize { get }
  /// A file may be decoded at a reduced scale down to this size; nil for always at full scale. By default the input size.
  var decodingSize: ImageSize? { get }

  /// How the network is to be compiled; heard before the first detection.
  var effort: PlanEffort { get set }

  /// Detections for each image, in descending score, boxes in pixels of the image as given and inside it.
  ///
  /// Throws when the network cannot be compiled for these images.
  func detect(_ images: [RGBImage], options: DetectionOptions) throws -> [[Detection]]

  /// Detections on one image of a file, of which the detector may know more than its pixels, such as proposals.
  ///
  /// Boxes as those of ``detect(_:options:)``, which this calls unless the detector has something better.
  func detect(_ image: RGBImage, from file: ImageOrigin, options: DetectionOptions) throws -> [Detection]
}

/// The file that an image was decoded from.
public struct ImageOrigin: Hashable, Sendable {
  /// The file's name, without folders.
  public var name: String
  /// Size at full scale; the image may have been decoded at a reduced one.
  public var size: ImageSize

  public init(name: String, size: ImageSize) {
    self.name = name
    self.size = size
  }
}

extension Detector {
  public func detect(_ image: RGBImage, from file: ImageOrigin, options: DetectionOptions) throws -> [Detection] {
    try detect([image], options: options)[0]
  }

  public var decodingSize: ImageSize? { inputSize }

  /// Nothing to compile.
  public var effort: PlanEffort {
    get { PlanEffort() }
    set {}
  }

  /// Classes counted from 1.
  public var classIDs: [Int] { Array(1...max(1, classNames.count)) }
}
