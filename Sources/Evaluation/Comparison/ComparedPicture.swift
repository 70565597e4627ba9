/// An image of a comparison with what one detector did on it drawn in, or with the ground truth alone.
public struct ComparedPicture: Sendable, Hashable {
  public var image: ComparedImage
  /// Name of the entry; empty for the ground truth.
  public var detector: String
  public var picture: ReportPicture

  public init(image: ComparedImage, detector: String, picture: ReportPicture) {
    self.image = image
    self.detector = detector
    self.picture = picture
  }
}
