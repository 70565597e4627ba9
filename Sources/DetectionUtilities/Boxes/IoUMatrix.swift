/// The IoU of every ground-truth box with every box: [rows: ground truth, columns: boxes], row-major.
public struct IoUMatrix: Hashable, Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// [rowCount × columnCount], row after row.
  public let values: [Double]

  /// - Complexity: O(rows × columns).
  public init(groundTruth: [BoundingBox], boxes: [BoundingBox]) {
    rowCount = groundTruth.count
    columnCount = boxes.count
    let areas = boxes.map(\.area)
    var values = [Double]()
    values.reserveCapacity(groundTruth.count * boxes.count)
    for truth in groundTruth {
      let truthArea = truth.area
      for (box, area) in zip(boxes, areas) {
        let intersection = truth.intersectionArea(box)
        let union = truthArea + area - intersection
        values.append(union > 0 ? intersection / union : 0)
      }
    }
    self.values = values
  }

  /// A matrix of given values, row after row.
  public init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(values.count == rowCount * columnCount, "an IoU matrix needs rowCount × columnCount values")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount, "outside of the IoU matrix")
    return values[row * columnCount + column]
  }
}
