import DetectionUtilities
import ImageCodecs

/// One image for training, with its objects.
public struct TrainingSample: Sendable {
  /// Of exactly the input size of the network.
  public var image: RGBImage
  /// Corner form, pixels of ``image``, within it. Crowds are not among them.
  public var objects: [LabelledBox]
  /// Where crowds are, in the same pixels: a detection there is neither right nor wrong.
  public var ignoredRegions: [BoundingBox]
  /// The image file; the first of four in a mosaic.
  public var sourcePath: String

  public init(
    image: RGBImage, objects: [LabelledBox], ignoredRegions: [BoundingBox] = [], sourcePath: String
  ) {
    self.image = image
    self.objects = objects
    self.ignoredRegions = ignoredRegions
    self.sourcePath = sourcePath
  }
}
