/// Decides which ground-truth box each anchor or proposal is to learn (Faster R-CNN, Ren et al. 2015, section 3.1.2).
///
/// The best IoU of an anchor over all ground truth decides: at least `highThreshold` is a match, below `lowThreshold`
/// background, between the two ignored. At a tie the ground-truth box with the lower index wins.
public struct AnchorMatcher: Hashable, Sendable, Codable {
  public var lowThreshold: Double
  public var highThreshold: Double
  /// Whether every ground-truth box also keeps the anchors that overlap it most (all of them at a tie), however little.
  ///
  /// As in detectron2 and torchvision such an anchor learns its own best ground-truth box, which may be another one. Unlike
  /// there, a ground-truth box that overlaps no anchor at all does not turn every anchor into a match.
  public var allowsLowQualityMatches: Bool

  public init(lowThreshold: Double, highThreshold: Double, allowsLowQualityMatches: Bool) {
    precondition(lowThreshold <= highThreshold, "the low threshold lies above the high one")
    self.lowThreshold = lowThreshold
    self.highThreshold = highThreshold
    self.allowsLowQualityMatches = allowsLowQualityMatches
  }

  /// One outcome per column of the matrix. Without ground truth everything is background.
  public func match(_ matrix: IoUMatrix) -> [AnchorMatch] {
    let columnCount = matrix.columnCount
    guard matrix.rowCount > 0 else { return [AnchorMatch](repeating: .background, count: columnCount) }
    var bestIoU = [Double](repeating: -1, count: columnCount)
    var bestRow = [Int](repeating: 0, count: columnCount)
    var isForced = [Bool](repeating: false, count: columnCount)
    for row in 0..<matrix.rowCount {
      let start = row * columnCount
      var rowBest = 0.0
      for column in 0..<columnCount {
        let iou = matrix.values[start + column]
        if iou > bestIoU[column] {
          bestIoU[column] = iou
          bestRow[column] = row
        }
        if iou > rowBest { rowBest = iou }
      }
      if allowsLowQualityMatches && rowBest > 0 {
        for column in 0..<columnCount where matrix.values[start + column] == rowBest { isForced[column] = true }
      }
    }
    return (0..<columnCount).map { column in
      if isForced[column] || bestIoU[column] >= highThreshold { return .matched(groundTruth: bestRow[column]) }
      return bestIoU[column] < lowThreshold ? .background : .ignored
    }
  }

  /// One outcome per box.
  ///
  /// - Complexity: O(ground truth × boxes).
  public func match(groundTruth: [BoundingBox], boxes: [BoundingBox]) -> [AnchorMatch] {
    match(IoUMatrix(groundTruth: groundTruth, boxes: boxes))
  }
}

/// What an anchor or a proposal is to learn.
@frozen
public enum AnchorMatch: Hashable, Sendable {
  /// The object with this index in the image's ground truth.
  case matched(groundTruth: Int)
  /// That there is no object.
  case background
  /// Nothing: the overlap is too high for background and too low for an object.
  case ignored
}
