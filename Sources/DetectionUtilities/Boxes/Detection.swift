/// One object that a detector found: where, what and how sure.
public struct Detection: Hashable, Sendable {
  /// Corner form, pixels of the original image.
  public var box: BoundingBox
  /// Index into the detector's class list, from 0.
  public var classIndex: Int
  /// Confidence in [0, 1].
  public var score: Double
  /// The object's pixels in the original image, of a detector that predicts them.
  public var mask: RunLengthMask?

  public init(box: BoundingBox, classIndex: Int, score: Double, mask: RunLengthMask? = nil) {
    self.box = box
    self.classIndex = classIndex
    self.score = score
    self.mask = mask
  }
}

/// A ground-truth box with its class, as training and anchor matching see it.
public struct LabelledBox: Hashable, Sendable {
  /// Corner form, pixels.
  public var box: BoundingBox
  /// Index into the class list, from 0; of stuff into that of stuff.
  public var classIndex: Int
  /// The object's pixels, where they are known.
  public var mask: RunLengthMask?
  /// Whether it is no object, but all of an image's sky, grass and the like.
  public var isStuff: Bool

  public init(box: BoundingBox, classIndex: Int, mask: RunLengthMask? = nil, isStuff: Bool = false) {
    self.box = box
    self.classIndex = classIndex
    self.mask = mask
    self.isStuff = isStuff
  }
}
