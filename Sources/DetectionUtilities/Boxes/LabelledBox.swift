/// A ground-truth box with its class, as training and anchor matching see it.
public struct LabelledBox: Hashable, Sendable {
  /// Corner form, pixels.
  public var box: BoundingBox
  /// Index into the class list, from 0.
  public var classIndex: Int

  public init(box: BoundingBox, classIndex: Int) {
    self.box = box
    self.classIndex = classIndex
  }
}
