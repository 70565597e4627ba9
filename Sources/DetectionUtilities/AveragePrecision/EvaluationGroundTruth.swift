/// A ground-truth object as evaluation sees it.
public struct EvaluationGroundTruth: Hashable, Sendable {
  /// Any number that tells images apart. Images are visited by rising number, which decides between equal scores.
  public var imageID: Int
  /// Index into the class list, from 0.
  public var classIndex: Int
  public var box: CornerSizeBox
  /// The object's own area in square pixels (of its mask, where there is one): decides small, medium or large.
  public var area: Double
  /// A region that holds many objects: detections inside it, however many, are neither right nor wrong.
  public var isCrowd: Bool
  /// Need not be found, and one detection that finds it is neither right nor wrong (Pascal VOC's `difficult`).
  ///
  /// pycocotools knows this for crowds only.
  public var isIgnored: Bool

  /// The area is the box's where none is given.
  public init(
    imageID: Int, classIndex: Int, box: CornerSizeBox, area: Double? = nil, isCrowd: Bool = false,
    isIgnored: Bool = false
  ) {
    self.imageID = imageID
    self.classIndex = classIndex
    self.box = box
    self.area = area ?? box.area
    self.isCrowd = isCrowd
    self.isIgnored = isIgnored
  }
}
