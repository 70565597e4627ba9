import DetectionUtilities
import Foundation

/// What the lines of a YOLO set with more than four numbers are: polygons, oriented boxes, or boxes with keypoints.
enum YOLOLineKind: Hashable {
  /// `class x1 y1 x2 y2 x3 y3 …`
  case polygon
  /// `class x1 y1 x2 y2 x3 y3 x4 y4`, four corners.
  case orientedBox
  /// `class centre-x centre-y width height`, then keypoints of two numbers (x y) or three (x y visibility).
  case pose(keypoints: Int, dimensions: Int)

  /// The box of a line; nil where the line has another count of numbers than the kind.
  func box(_ numbers: [Double]) -> BoundingBox? {
    switch self {
    case .polygon: return numbers.count >= 6 && numbers.count.isMultiple(of: 2) ? enclosing(numbers) : nil
    case .orientedBox: return numbers.count == 8 ? enclosing(numbers) : nil
    case .pose(let keypoints, let dimensions):
      guard numbers.count == 4 + keypoints * dimensions else { return nil }
      return BoundingBox(centerX: numbers[0], centerY: numbers[1], width: numbers[2], height: numbers[3])
    }
  }

  /// The outline that a line gives; nil where it gives a box alone.
  func outline(_ numbers: [Double]) -> [Double]? {
    switch self {
    case .polygon, .orientedBox: numbers.count > 4 ? numbers : nil
    case .pose: nil
    }
  }

  var finding: DatasetFinding {
    switch self {
    case .polygon: .polygonLabel
    case .orientedBox: .orientedLabel
    case .pose: .poseLabel
    }
  }

  /// The fields of a line, for errors.
  var fields: String {
    switch self {
    case .polygon: "a class and points"
    case .orientedBox: "a class and four corners"
    case .pose(let keypoints, let dimensions):
      "a class, a box and \(keypoints) keypoints of \(dimensions) numbers, which are \(5 + keypoints * dimensions)"
    }
  }

  private func enclosing(_ numbers: [Double]) -> BoundingBox {
    var box = BoundingBox(x1: numbers[0], y1: numbers[1], x2: numbers[0], y2: numbers[1])
    for point in stride(from: 0, to: numbers.count, by: 2) {
      // A number that is not finite stays in the box, to be found there.
      box.x1 = numbers[point] >= box.x1 ? box.x1 : numbers[point]
      box.x2 = numbers[point] <= box.x2 ? box.x2 : numbers[point]
      box.y1 = numbers[point + 1] >= box.y1 ? box.y1 : numbers[point + 1]
      box.y2 = numbers[point + 1] <= box.y2 ? box.y2 : numbers[point + 1]
    }
    return box
  }
}

extension YOLOLineKind {
  /// The kind of all lines with more than four numbers, and what it was taken for where that is not plain.
  ///
  /// All lines of a set with keypoints have as many numbers, and their keypoints lie in their boxes, with visibilities
  /// of 0, 1 or 2; the first two points of a polygon are neighbours among its points, which centre and size of a box are
  /// not.
  ///
  /// - Parameters:
  ///   - lines: The numbers of every such line.
  ///   - shape: `kpt_shape` of the `data.yaml`, which decides where it is there: `[0, 0]` says that there are none.
  /// - Throws: ``DatasetError`` where two kinds are about as likely.
  static func decide(
    _ lines: [[Double]], shape: [Int]?, path: String
  ) throws -> (kind: YOLOLineKind, evidence: String?) {
    if let shape, shape[0] > 0 {
      return (
        .pose(keypoints: shape[0], dimensions: shape[1]),
        "labels read as boxes with \(shape[0]) keypoints of \(shape[1]) numbers, as kpt_shape says"
      )
    }
    let counts = Set(lines.map(\.count))
    guard shape == nil, counts.count == 1, let count = counts.first, !(count == 8 && lines.allSatisfy(isParallelogram))
    else { return (counts == [8] ? .orientedBox : .polygon, nil) }
    for dimensions in [3, 2] where count > 4 && (count - 4).isMultiple(of: dimensions) {
      let keypoints = (count - 4) / dimensions
      let poses = lines.count { holdsKeypoints($0, dimensions: dimensions) }
      let polygons = count.isMultiple(of: 2) ? lines.count { hasNeighbours($0) } : 0
      switch likelier(poses: poses, polygons: polygons, of: lines.count, hasVisibility: dimensions == 3) {
      case true:
        return (
          .pose(keypoints: keypoints, dimensions: dimensions),
          "labels of \(count + 1) fields read as boxes with \(keypoints) keypoints of \(dimensions) numbers: in "
            + "\(poses) of \(lines.count) the keypoints lie in the box; kpt_shape in the data.yaml settles it"
        )
      case false: continue
      case nil:
        throw DatasetError(
          path: path,
          problem: "its labels of \(count + 1) fields may be polygons, or boxes with \(keypoints) keypoints of "
            + "\(dimensions) numbers (in \(poses) of \(lines.count) these lie in the box); state it with "
            + "'kpt_shape: [\(keypoints), \(dimensions)]' in the data.yaml, or 'kpt_shape: [0, 0]' where there are none"
        )
      }
    }
    return (count == 8 ? .orientedBox : .polygon, nil)
  }

  /// Whether lines are boxes with keypoints rather than polygons; nil where that is open.
  ///
  /// - Parameters:
  ///   - poses: Lines that can be a box with keypoints.
  ///   - polygons: Lines that can be a polygon.
  private static func likelier(poses: Int, polygons: Int, of count: Int, hasVisibility: Bool) -> Bool? {
    if 2 * poses < count { return false }
    // No polygon has 0, 1 or 2 at every third place, but one with points at the edge of its image.
    if 20 * poses >= 19 * count, hasVisibility || count >= 3 && 2 * polygons <= count { return true }
    if 20 * polygons >= 19 * count, 5 * poses <= 4 * count { return false }
    return nil
  }

  /// Whether the first four numbers are a box in the image that holds the keypoints behind it.
  private static func holdsKeypoints(_ numbers: [Double], dimensions: Int) -> Bool {
    let box = BoundingBox(centerX: numbers[0], centerY: numbers[1], width: numbers[2], height: numbers[3])
    guard numbers[2] > 0, numbers[3] > 0, min(box.x1, box.y1) >= -0.02, max(box.x2, box.y2) <= 1.02 else {
      return false
    }
    let (slackX, slackY) = (0.1 * numbers[2] + 0.005, 0.1 * numbers[3] + 0.005)
    var (labelled, inside) = (0, 0)
    for first in stride(from: 4, to: numbers.count, by: dimensions) {
      let (x, y) = (numbers[first], numbers[first + 1])
      if dimensions == 3, ![0, 1, 2].contains(numbers[first + 2]) { return false }
      // Keypoints that nobody labelled are written as 0 0.
      if x == 0, y == 0 { continue }
      labelled += 1
      if x >= box.x1 - slackX, x <= box.x2 + slackX, y >= box.y1 - slackY, y <= box.y2 + slackY { inside += 1 }
    }
    return 10 * inside >= 9 * labelled
  }

  /// Whether the second point lies as near to the others as a neighbour does.
  private static func hasNeighbours(_ numbers: [Double]) -> Bool {
    let others = [0] + Array(stride(from: 4, to: numbers.count, by: 2))
    let (xs, ys) = (others.map { numbers[$0] }, others.map { numbers[$0 + 1] })
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else { return false }
    let reach = max(right - left, bottom - top) + 0.02
    return numbers[2] >= left - reach && numbers[2] <= right + reach && numbers[3] >= top - reach
      && numbers[3] <= bottom + reach
  }

  /// Whether four points are the corners of a rectangle, which fractions of an image's size make a parallelogram.
  private static func isParallelogram(_ numbers: [Double]) -> Bool {
    (0..<2).allSatisfy { axis in
      let (first, second, third, fourth) = (numbers[axis], numbers[axis + 2], numbers[axis + 4], numbers[axis + 6])
      let extent = max(first, second, third, fourth) - min(first, second, third, fourth)
      return abs(first + third - second - fourth) <= 0.02 * extent + 1e-4
    }
  }
}
