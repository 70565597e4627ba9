import DetectionUtilities

extension TargetAssigner {
  /// A prediction that could learn a ground truth.
  struct Candidate {
    var location: GridLocation
    /// How many times a side of the anchor is longer or shorter than the ground truth's, the worse of the two.
    var sideRatio: Double
  }

  /// The predictions that could learn a box: anchors whose sides fit, in the cells around its centre.
  func candidates(image: Int, box: BoundingBox, levels: [GridLevel]) -> [Candidate] {
    var fitting: [(level: Int, anchor: Int, sideRatio: Double)] = []
    var nearest: (level: Int, anchor: Int, sideRatio: Double)?
    for (levelIndex, level) in levels.enumerated() where level.cellCount > 0 {
      for (anchorIndex, anchor) in level.anchors.enumerated() {
        let ratio = Self.sideRatio(anchor, box)
        if ratio < configuration.maximumSideRatio { fitting.append((levelIndex, anchorIndex, ratio)) }
        if ratio < nearest?.sideRatio ?? .infinity { nearest = (levelIndex, anchorIndex, ratio) }
      }
    }
    if fitting.isEmpty, let nearest { fitting = [nearest] }
    return fitting.flatMap { level, anchor, sideRatio in
      cells(of: levels[level], around: box).map { row, column in
        Candidate(
          location: GridLocation(image: image, level: level, anchor: anchor, row: row, column: column),
          sideRatio: sideRatio)
      }
    }
  }

  private static func sideRatio(_ anchor: AnchorSize, _ box: BoundingBox) -> Double {
    let width = box.width / anchor.width
    let height = box.height / anchor.height
    return max(width, 1 / width, height, 1 / height)
  }

  /// The cells in which a box may be learnt, row by row: always the one that holds its centre (the nearest one, where
  /// the centre is on the border or outside), and those of its neighbours that the strategy allows.
  private func cells(of level: GridLevel, around box: BoundingBox) -> [(row: Int, column: Int)] {
    let x = box.centerX / level.stride
    let y = box.centerY / level.stride
    let own = (
      row: Self.cell(of: y, count: level.rows), column: Self.cell(of: x, count: level.columns)
    )
    let radius = min(level.reach, configuration.strategy == .dynamic ? configuration.centerRadius : level.reach)
    let rows = Self.cells(within: radius, of: y, own: own.row, count: level.rows)
    let columns = Self.cells(within: radius, of: x, own: own.column, count: level.columns)
    switch configuration.strategy {
    case .dynamic:
      return rows.flatMap { row in columns.map { (row, $0) } }
    case .fixed:
      // A cross: the nearest neighbour along each axis, but not the diagonal one.
      let row = Self.nearestNeighbour(of: y, own: own.row)
      let column = Self.nearestNeighbour(of: x, own: own.column)
      return [own] + (columns.contains(column) ? [(own.row, column)] : [])
        + (rows.contains(row) ? [(row, own.column)] : [])
    }
  }

  /// The cell that holds a coordinate, in cells, or the nearest one.
  private static func cell(of coordinate: Double, count: Int) -> Int {
    Int(min(max(coordinate, 0), Double(count - 1)))
  }

  /// The cells whose centre is nearer than `radius` to the coordinate, and its own.
  private static func cells(within radius: Double, of coordinate: Double, own: Int, count: Int) -> [Int] {
    let first = cell(of: coordinate - radius - 1, count: count)
    let last = cell(of: coordinate + radius + 1, count: count)
    return (first...last).filter { $0 == own || abs(Double($0) + 0.5 - coordinate) < radius }
  }

  private static func nearestNeighbour(of coordinate: Double, own: Int) -> Int {
    coordinate < Double(own) + 0.5 ? own - 1 : own + 1
  }
}
