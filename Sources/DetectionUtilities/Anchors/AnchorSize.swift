/// The width and height of an anchor, pixels of the network's input.
public struct AnchorSize: Hashable, Sendable, Codable {
  public var width: Double
  public var height: Double

  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  public var area: Double { width * height }

  /// IoU of two boxes of these sizes with the same centre (YOLOv2, Redmon and Farhadi 2017, section 2, "Dimension
  /// Clusters"); 0 where both are without area.
  public func iou(with other: AnchorSize) -> Double {
    let intersection = min(width, other.width) * min(height, other.height)
    let union = area + other.area - intersection
    return union > 0 ? intersection / union : 0
  }
}
