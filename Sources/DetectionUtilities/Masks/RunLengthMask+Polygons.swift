extension RunLengthMask {
  /// The pixels inside an outline, the same as pycocotools takes for inside.
  ///
  /// The outline is drawn at five times the resolution. Where it crosses the middle of a column of pixels, inside and outside
  /// change places from that row down; an outline that crosses itself is inside where it has gone around an odd number of times.
  ///
  /// - Parameter points: x, y, x, y, … in pixels; the last point is joined to the first. Fewer than three enclose nothing.
  /// - Precondition: there is a y to every x, and no coordinate is beyond ±``farthestPoint``.
  /// - Complexity: O(length of the outline).
  public init(width: Int, height: Int, polygon points: [Double]) {
    precondition(points.count % 2 == 0, "x and y of every point")
    precondition(points.allSatisfy { abs($0) <= Self.farthestPoint }, "points near the image")
    let corners = stride(from: 0, to: points.count, by: 2).map {
      FinePoint(x: Int(Self.scale * points[$0] + 0.5), y: Int(Self.scale * points[$0 + 1] + 0.5))
    }
    var crossings = ColumnCrossings(width: width, height: height)
    for (index, corner) in corners.enumerated() {
      crossings.follow(from: corner, to: corners[(index + 1) % corners.count])
    }
    let changes = crossings.pixels.sorted()
    // Those that come in pairs undo each other; the last run of an odd number ends with the image.
    let runs = stride(from: 0, to: changes.count, by: 2).map { index in
      changes[index]..<(index + 1 < changes.count ? changes[index + 1] : width * height)
    }
    self.init(width: width, height: height, inside: runs)
  }

  /// The farthest coordinate of a polygon, in pixels.
  public static let farthestPoint = 1e6
  private static let scale = 5.0

  /// In fifths of a pixel.
  private struct FinePoint {
    var x: Int
    var y: Int
  }

  /// Where an outline crosses the middles of columns.
  private struct ColumnCrossings {
    let width: Int
    let height: Int
    /// The pixels from which on inside and outside change places.
    var pixels: [Int] = []
    private var previous: FinePoint?

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    /// Goes along an edge in steps of one along its longer direction. Either way the same points are met: they are computed from
    /// the end with the smaller coordinate.
    mutating func follow(from start: FinePoint, to end: FinePoint) {
      let (across, down) = (abs(end.x - start.x), abs(end.y - start.y))
      let isFlat = across >= down
      let steps = max(across, down)
      if steps == 0 { return }
      let isBackward = isFlat ? start.x > end.x : start.y > end.y
      let (low, high) = isBackward ? (end, start) : (start, end)
      let slope = Double(isFlat ? high.y - low.y : high.x - low.x) / Double(steps)
      for step in 0...steps {
        let along = isBackward ? steps - step : step
        visit(
          isFlat
            ? FinePoint(x: low.x + along, y: Int(Double(low.y) + slope * Double(along) + 0.5))
            : FinePoint(x: Int(Double(low.x) + slope * Double(along) + 0.5), y: low.y + along))
      }
    }

    private mutating func visit(_ point: FinePoint) {
      defer { previous = point }
      guard let previous, previous.x != point.x else { return }
      // The fine column left of the step; that of a pixel's middle is the third of its five.
      let column = point.x < previous.x ? point.x : point.x - 1
      guard column >= 2, (column - 2) % 5 == 0, (column - 2) / 5 < width else { return }
      let row = min(point.y, previous.y)
      // Rounded up to the first pixel whose middle is not above the outline.
      let first = row <= 2 ? 0 : min(height, (row - 2 + 4) / 5)
      pixels.append((column - 2) / 5 * height + first)
    }
  }
}
