/// A box to be drawn on an image, with a label.
public struct AnnotatedBox: Hashable, Sendable {
  /// Corners in pixels of the image, in continuous coordinates.
  public var x1: Double
  public var y1: Double
  public var x2: Double
  public var y2: Double
  /// Shown on a tag beside the box; "" draws none.
  public var label: String
  /// Which of the class colours to use: usually the class's index.
  public var colorIndex: Int

  public init(x1: Double, y1: Double, x2: Double, y2: Double, label: String, colorIndex: Int) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
    self.label = label
    self.colorIndex = colorIndex
  }
}
