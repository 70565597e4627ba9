import DetectionUtilities
import ImageCodecs

/// An image for training, with what is known of it.
public protocol TrainingExample: Sendable {
  associatedtype Target: Sendable
  /// Of exactly the input size of the network.
  var image: RGBImage { get }
  var target: Target { get }
  /// The image file, for errors.
  var sourcePath: String { get }
}

extension TrainingSample: TrainingExample {
  public var target: [LabelledBox] { objects }
}

extension ClassifiedSample: TrainingExample {}

extension SegmentedSample: TrainingExample {}
