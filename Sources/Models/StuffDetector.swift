import DetectionUtilities
import ImageCodecs

/// A detector whose network may say of every pixel, too, which stuff it is.
public protocol StuffDetector: Detector {
  /// Index 0 of its label maps stands for things, and index 1 + i for the class i of this list. Empty where the network has none.
  var stuffClasses: [ModelFile.Label] { get }

  /// Detections, and the stuff of the whole image.
  ///
  /// - Precondition: there are classes of stuff.
  func predictWithStuff(_ image: SourceImage) throws -> TimedPrediction<DetectionsWithStuff>
}

/// What a network says of an image that finds objects and stuff.
public struct DetectionsWithStuff: Sendable {
  public var detections: [Detection]
  /// Of the upright image at full scale.
  public var stuff: LabelMap

  public init(detections: [Detection], stuff: LabelMap) {
    self.detections = detections
    self.stuff = stuff
  }
}
