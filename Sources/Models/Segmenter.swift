import ImageCodecs

/// A model that says of every pixel what it belongs to: all that evaluation and the command line know of a segmenter.
///
/// Its predictions have the size of the upright image at full scale; no pixel of them is ignored.
public protocol Segmenter: VisionModel where Prediction == LabelMap {
  /// The tiles that images are cut into at their own size; nil where an image is brought to the network's size.
  var tiling: Tiling? { get }

  /// The same as ``VisionModel/predict(_:)``, and the probabilities of all classes.
  ///
  /// - Parameter receive: gets rectangles that together cover the image, none of them twice; what it throws ends the work.
  ///   The class of a pixel is the most probable one.
  func predict(
    _ image: SourceImage, probabilities receive: (PixelProbabilities) throws -> Void
  ) throws -> TimedPrediction<LabelMap>
}

extension Segmenter {
  public var tiling: Tiling? { nil }
}
