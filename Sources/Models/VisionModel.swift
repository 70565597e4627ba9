import ImageCodecs

/// A network in use: an image in, a prediction out, and the time that its stages took.
///
/// What it shall keep and how it is compiled is said when it is made.
public protocol VisionModel: AnyObject {
  /// What it says of an image.
  associatedtype Prediction
  /// Name of every class, by index.
  var classNames: [String] { get }
  /// Id of every class in files, by index: COCO's category id, say.
  var classIDs: [Int] { get }
  /// Size to which images are brought before the network sees them.
  var inputSize: ImageSize { get }
  /// A file may be decoded at a reduced scale down to this size; nil for always at full scale. By default the input size.
  var decodingSize: ImageSize? { get }
  /// How image files are decoded for the model. By default at a reduced scale as ``decodingSize`` allows.
  var decodingOptions: ImageDecodingOptions { get }

  /// What the model says of one image, in the pixels of the upright image at full scale.
  ///
  /// Throws when the network cannot be compiled for this image.
  func predict(_ image: SourceImage) throws -> TimedPrediction<Prediction>
}

/// A prediction, and where its time went.
public struct TimedPrediction<Prediction> {
  public var value: Prediction
  public var seconds: StageSeconds

  public init(_ value: Prediction, seconds: StageSeconds) {
    self.value = value
    self.seconds = seconds
  }
}

extension VisionModel {
  public var decodingSize: ImageSize? { inputSize }
  public var decodingOptions: ImageDecodingOptions { ImageDecodingOptions(minimumSize: decodingSize) }

  /// Classes counted from 1.
  public var classIDs: [Int] { Array(1...max(1, classNames.count)) }
}
