/// Anchors on the grid of each feature map (Faster R-CNN, Ren et al. 2015, section 3.1.1).
///
/// The order is torchvision's, so that imported RPN weights fit: rows of the map, then columns, then aspect ratios,
/// then sizes. The anchors of cell (row, column) are centred on (column × stride, row × stride), without a half-cell
/// shift. Corner form, pixels of the network's input; they may reach beyond the image.
public struct AnchorGenerator: Hashable, Sendable, Codable {
  /// The anchors of one feature map.
  public struct Level: Hashable, Sendable, Codable {
    /// Square roots of the anchors' areas, pixels.
    public var sizes: [Double]
    /// Height over width.
    public var aspectRatios: [Double]

    public init(sizes: [Double], aspectRatios: [Double]) {
      precondition(sizes.allSatisfy { $0 > 0 } && aspectRatios.allSatisfy { $0 > 0 }, "anchors need positive sizes")
      self.sizes = sizes
      self.aspectRatios = aspectRatios
    }

    public var anchorsPerCell: Int { sizes.count * aspectRatios.count }
  }

  /// One per feature map, finest first.
  public var levels: [Level]
  /// Whether corners around the origin are rounded to whole pixels, half to even, as torchvision does.
  public var roundsToPixels: Bool

  public init(levels: [Level], roundsToPixels: Bool = true) {
    self.levels = levels
    self.roundsToPixels = roundsToPixels
  }

  /// The anchors of a cell at the origin. [aspect ratios × sizes]
  public func cellAnchors(level: Int) -> [BoundingBox] {
    let level = levels[level]
    return level.aspectRatios.flatMap { ratio in
      level.sizes.map { size in
        let heightFactor = ratio.squareRoot()
        let halfWidth = size / heightFactor / 2
        let halfHeight = size * heightFactor / 2
        guard roundsToPixels else {
          return BoundingBox(x1: -halfWidth, y1: -halfHeight, x2: halfWidth, y2: halfHeight)
        }
        let x = halfWidth.rounded(.toNearestOrEven)
        let y = halfHeight.rounded(.toNearestOrEven)
        return BoundingBox(x1: -x, y1: -y, x2: x, y2: y)
      }
    }
  }

  /// All anchors of a feature map. [rows × columns × anchors per cell]
  ///
  /// - Parameters:
  ///   - level: which feature map.
  ///   - rows: height of the feature map, cells.
  ///   - columns: width of the feature map, cells.
  ///   - stride: pixels of the input from one cell to the next.
  public func anchors(level: Int, rows: Int, columns: Int, stride: (x: Double, y: Double)) -> [BoundingBox] {
    let cell = cellAnchors(level: level)
    var anchors: [BoundingBox] = []
    anchors.reserveCapacity(rows * columns * cell.count)
    for row in 0..<rows {
      for column in 0..<columns {
        for anchor in cell {
          anchors.append(anchor.translated(x: Double(column) * stride.x, y: Double(row) * stride.y))
        }
      }
    }
    return anchors
  }
}
