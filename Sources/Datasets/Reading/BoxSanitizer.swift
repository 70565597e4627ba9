import DetectionUtilities
import ImageCodecs

/// Deals with the boxes of one image, one after another: what is kept, in which form, and what was wrong.
struct BoxSanitizer {
  /// Boxes may reach this many pixels out of the image before it counts as a mistake: files round.
  static let tolerance = 0.01
  /// Up to this many pixels it may be a matter of counting pixels from 1, or of rounding.
  static let edge = 1.0

  private struct Key: Hashable {
    var box: BoundingBox
    var classIndex: Int
  }

  let size: ImageSize
  let treatment: InvalidBoxPolicy
  private var seen: Set<Key> = []

  init(size: ImageSize, treatment: InvalidBoxPolicy) {
    self.size = size
    self.treatment = treatment
  }

  /// - Returns: The box to keep, nil where it is left out, and what was wrong with it, nil where nothing was.
  mutating func apply(
    to box: BoundingBox, classIndex: Int, isCrowd: Bool
  ) -> (box: BoundingBox?, finding: DatasetFinding?) {
    let asWritten = treatment == .asWritten
    guard box.x1.isFinite, box.y1.isFinite, box.x2.isFinite, box.y2.isFinite else { return (nil, .nonFiniteBox) }
    guard box.x1 <= box.x2, box.y1 <= box.y2 else { return (nil, .invertedBox) }
    guard box.area > 0 else { return (asWritten ? box : nil, .zeroAreaBox) }
    let width = Double(size.width)
    let height = Double(size.height)
    guard box.x1 < width, box.y1 < height, box.x2 > 0, box.y2 > 0 else {
      return (asWritten ? box : nil, .boxOutsideImage)
    }
    // Two crowds in one place are two regions to ignore: no harm done.
    if !isCrowd, !seen.insert(Key(box: box, classIndex: classIndex)).inserted {
      return (asWritten ? box : nil, .duplicateBox)
    }
    let excess = max(-box.x1, -box.y1, box.x2 - width, box.y2 - height)
    let finding: DatasetFinding? =
      if excess <= BoxSanitizer.tolerance { nil } else { excess <= BoxSanitizer.edge ? .boxOverEdge : .boxClipped }
    if asWritten { return (box, finding) }
    let clipped = BoundingBox(
      x1: max(0, box.x1), y1: max(0, box.y1), x2: min(width, box.x2), y2: min(height, box.y2))
    return (clipped, finding)
  }
}
