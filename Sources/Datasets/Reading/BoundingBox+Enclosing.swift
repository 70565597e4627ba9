import DetectionUtilities
import Foundation

extension BoundingBox {
  /// The box around points, x and y in turn; nil where there are none, or one has no y.
  init?(around points: [Double]) {
    guard points.count >= 2, points.count.isMultiple(of: 2) else { return nil }
    let xs = stride(from: 0, to: points.count, by: 2).map { points[$0] }
    let ys = stride(from: 1, to: points.count, by: 2).map { points[$0] }
    self.init(x1: xs.min() ?? 0, y1: ys.min() ?? 0, x2: xs.max() ?? 0, y2: ys.max() ?? 0)
  }

  /// The upright box around one that is turned about its centre.
  init(centerX x: Double, centerY y: Double, width: Double, height: Double, turnedBy radians: Double) {
    let (sine, cosine) = (abs(sin(radians)), abs(cos(radians)))
    let halfWidth = (width * cosine + height * sine) / 2
    let halfHeight = (width * sine + height * cosine) / 2
    self.init(x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight)
  }
}
