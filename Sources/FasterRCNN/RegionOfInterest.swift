import DetectionUtilities

/// A part of an image that the second stage looks at.
public struct RegionOfInterest: Hashable, Sendable {
  /// Corner form, pixels of the network's input.
  public var box: BoundingBox
  /// Which image of the batch.
  public var image: Int

  public init(box: BoundingBox, image: Int) {
    self.box = box
    self.image = image
  }
}
