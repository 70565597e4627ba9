extension RunLengthMask {
  /// The pixels inside one of several outlines, each as x, y, x, y, … in pixels.
  ///
  /// - Throws: where an outline has an x without a y, fewer than three points, or a point far from the image.
  public init(width: Int, height: Int, polygons: [[Double]]) throws(MaskError) {
    try Self.check(polygons)
    _ = try Self.pixelCount(width: width, height: height)
    self = .union(
      polygons.map { RunLengthMask(width: width, height: height, polygon: $0) }, width: width, height: height)
  }

  /// - Throws: where ``init(width:height:polygons:)`` does.
  public static func check(_ polygons: [[Double]]) throws(MaskError) {
    for points in polygons {
      guard points.count % 2 == 0 else { throw .oddCoordinates(points.count) }
      guard points.count >= 6 else { throw .tooFewPoints(points.count / 2) }
      // Written so that a coordinate which is no number is refused too.
      for coordinate in points where !(abs(coordinate) <= farthestPoint) { throw .farPoint(coordinate) }
    }
  }

  /// The pixels inside an outline, the same as pycocotools takes for inside.
  ///
  /// The outline is drawn at five times the resolution. Where it crosses the middle of a column of pixels, inside and outside
  /// change places from that row down; an outline that crosses itself is inside where it has gone around an odd number of times.
  ///
  /// - Parameter points: x, y, x, y, … in pixels; the last point is joined to the first. Fewer than three enclose nothing.
  /// - Precondition: there is a y to every x, and no coordinate is beyond ±``farthestPoint``.
  /// - Complexity: O(columns that the edges cross inside the image).
  public init(width: Int, height: Int, polygon points: [Double]) {
    precondition(points.count % 2 == 0, "x and y of every point")
    precondition(points.allSatisfy { abs($0) <= Self.farthestPoint }, "points near the image")
    let pointCount = points.count / 2
    var outline = FineOutline(width: width, height: height)
    func corner(_ index: Int) -> FineOutline.Point {
      FineOutline.Point(
        x: Int(FineOutline.scale * points[2 * index] + 0.5), y: Int(FineOutline.scale * points[2 * index + 1] + 0.5))
    }
    for index in 0..<pointCount {
      outline.follow(from: corner(index), to: corner(index + 1 == pointCount ? 0 : index + 1))
    }
    self.init(width: width, height: height, outline.runs())
  }

  /// The farthest coordinate of a polygon, in pixels.
  public static let farthestPoint = 1e6
}

/// An outline in fifths of a pixel, and where it crosses the middles of columns of pixels (`rleFrPoly` of pycocotools).
///
/// pycocotools goes along every edge in steps of one along its longer direction, and looks for those that lead into another
/// fine column. Here the steps that lead over the middle of a pixel's column are computed, so that an edge costs no more than
/// the image is wide, however long it is.
private struct FineOutline {
  static let scale = 5.0

  /// In fifths of a pixel.
  struct Point {
    var x: Int
    var y: Int
  }

  let width: Int
  let height: Int
  /// The pixels from which on inside and outside change places.
  private var changes: [Int] = []
  private var previous: Point?
  private let mostChanges: Int

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    mostChanges = max(1 << 20, 2 * width * (height + 1))
  }

  /// Goes along an edge. Either way the same points are met: they are computed from the end with the smaller coordinate.
  mutating func follow(from start: Point, to end: Point) {
    let edge = Edge(from: start, to: end)
    if edge.steps == 0 { return }
    let (low, high) = (edge.point(0), edge.point(edge.steps))
    let (first, last) = edge.isBackward ? (high, low) : (low, high)
    // By rounding, the last point of an edge may not be the first of the next.
    if let previous, previous.x != first.x {
      change(fineColumn: min(previous.x, first.x), row: min(previous.y, first.y))
    }
    previous = last
    let (left, right) = (min(low.x, high.x), max(low.x, high.x))
    // The middle of a pixel is the third of its five fine columns.
    let firstColumn = max(0, (left + 2) / 5)
    let endColumn = min(width, (right + 2) / 5)
    guard firstColumn < endColumn else { return }
    for column in firstColumn..<endColumn {
      let step = edge.step(beyond: 5 * column + 2)
      change(
        fineColumn: 5 * column + 2, row: min(edge.point(step - 1).y, edge.point(step).y))
    }
    if changes.count > mostChanges { cancelPairs() }
  }

  private mutating func change(fineColumn: Int, row: Int) {
    guard fineColumn >= 2, (fineColumn - 2) % 5 == 0, (fineColumn - 2) / 5 < width else { return }
    // Rounded up to the first pixel whose middle is not above the outline.
    let first = row <= 2 ? 0 : min(height, (row - 2 + 4) / 5)
    changes.append((fineColumn - 2) / 5 * height + first)
  }

  /// Changes that come in pairs undo each other.
  private mutating func cancelPairs() {
    changes.sort()
    var kept: [Int] = []
    for change in changes {
      if kept.last == change { kept.removeLast() } else { kept.append(change) }
    }
    changes = kept
  }

  mutating func runs() -> OrderedRuns {
    cancelPairs()
    var runs = OrderedRuns()
    for index in stride(from: 0, to: changes.count, by: 2) {
      // The last run of an odd number ends with the image.
      runs.append(changes[index]..<(index + 1 < changes.count ? changes[index + 1] : width * height))
    }
    return runs
  }

  /// A straight line in steps of one along its longer direction.
  private struct Edge {
    let low: Point
    let isFlat: Bool
    let isBackward: Bool
    let steps: Int
    let slope: Double

    init(from start: Point, to end: Point) {
      let (across, down) = (abs(end.x - start.x), abs(end.y - start.y))
      isFlat = across >= down
      steps = max(across, down)
      isBackward = isFlat ? start.x > end.x : start.y > end.y
      let (low, high) = isBackward ? (end, start) : (start, end)
      self.low = low
      slope = Double(isFlat ? high.y - low.y : high.x - low.x) / Double(steps)
    }

    func point(_ step: Int) -> Point {
      isFlat
        ? Point(x: low.x + step, y: Int(Double(low.y) + slope * Double(step) + 0.5))
        : Point(x: Int(Double(low.x) + slope * Double(step) + 0.5), y: low.y + step)
    }

    /// The step that leads from a fine column into its right neighbour or back.
    func step(beyond column: Int) -> Int {
      if isFlat { return column + 1 - low.x }
      func isBeyond(_ step: Int) -> Bool { slope > 0 ? point(step).x > column : point(step).x <= column }
      var step = max(1, min(steps, Int((Double(column) + 0.5 - Double(low.x)) / slope)))
      while step > 1, isBeyond(step - 1) { step -= 1 }
      while step < steps, !isBeyond(step) { step += 1 }
      return step
    }
  }
}
