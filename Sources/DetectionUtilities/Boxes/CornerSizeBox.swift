/// A box as COCO files write it: upper left corner and size, pixels.
///
/// Evaluation keeps boxes in this form, because x + (x2 − x) is not always x2 in floating point, and an evaluation that
/// went through corners would differ from pycocotools' in the last digits.
@frozen
public struct CornerSizeBox: Hashable, Sendable, Codable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  @inlinable
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  @inlinable
  public init(_ box: BoundingBox) {
    self.init(x: box.x1, y: box.y1, width: box.width, height: box.height)
  }

  @inlinable public var area: Double { width * height }

  @inlinable
  public var boundingBox: BoundingBox { BoundingBox(x1: x, y1: y, x2: x + width, y2: y + height) }

  /// With `size` more of width and of height: of 1, as programs do that count a box's last pixel.
  func grown(by size: Double) -> CornerSizeBox {
    CornerSizeBox(x: x, y: y, width: width + size, height: height + size)
  }

  /// IoU of a detection (self) with a ground-truth box: pycocotools' `bbIou`, operation by operation.
  ///
  /// For a crowd region the union is the detection's own area: a detection inside of it overlaps fully.
  @inlinable
  func iou(withGroundTruth truth: CornerSizeBox, isCrowd: Bool) -> Double {
    let overlapWidth = min(width + x, truth.width + truth.x) - max(x, truth.x)
    if overlapWidth <= 0 { return 0 }
    let overlapHeight = min(height + y, truth.height + truth.y) - max(y, truth.y)
    if overlapHeight <= 0 { return 0 }
    let intersection = overlapWidth * overlapHeight
    return intersection / (isCrowd ? area : area + truth.area - intersection)
  }
}
