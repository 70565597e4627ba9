/// A detection as evaluation sees it.
public struct EvaluationDetection: Hashable, Sendable {
  /// The image, numbered as in the ground truth.
  public var imageID: Int
  /// Index into the class list, from 0.
  public var classIndex: Int
  public var box: CornerSizeBox
  /// Higher is surer. NaN counts as the lowest.
  public var score: Double
  /// The area in square pixels by which a detection that finds nothing counts as small, medium or large; where nil, that of
  /// its box or, where masks are compared, of its mask.
  public var area: Double?

  public init(imageID: Int, classIndex: Int, box: CornerSizeBox, score: Double, area: Double? = nil) {
    self.imageID = imageID
    self.classIndex = classIndex
    self.box = box
    self.score = score
    self.area = area
  }

  public init(imageID: Int, detection: Detection) {
    self.init(
      imageID: imageID, classIndex: detection.classIndex, box: CornerSizeBox(detection.box), score: detection.score)
  }
}
