/// Whether an outline crosses itself: two of its edges run through one another, from one side to the other by more than a
/// thousandth of a pixel. Edges that merely touch, or lie on each other, do not cross.
public enum OutlineCrossing: Sendable, Hashable {
  case none
  /// Two edges, by the number of the point at which each begins, from 0.
  case edges(Int, Int)
  /// So many long edges lie beside each other that comparing them would take long.
  case untested

  /// Edges are compared with those in the same cells of a grid.
  ///
  /// - Parameter points: x, y, x, y, … in pixels; the last point is joined to the first. One farther away than
  ///   ``RunLengthMask/farthestPoint`` is not tested.
  /// - Complexity: O(points): at most ``comparisons`` of edges for each.
  public init(of points: [Double]) {
    guard points.allSatisfy({ abs($0) <= RunLengthMask.farthestPoint }) else {
      self = .untested
      return
    }
    self = OutlineEdges(points).crossing()
  }

  /// Most comparisons for each point; of an outline of up to 500 points every edge is compared with every other.
  public static let comparisons = 256
}

private struct OutlineEdges {
  struct Point {
    var x: Double
    var y: Double
  }

  private let points: [Point]

  init(_ coordinates: [Double]) {
    points = stride(from: 0, to: coordinates.count - 1, by: 2).map { Point(x: coordinates[$0], y: coordinates[$0 + 1]) }
  }

  func crossing() -> OutlineCrossing {
    var comparisonsLeft = OutlineCrossing.comparisons * points.count
    // Fewer edges than twice that many have no more pairs.
    let areFew = points.count <= 2 * OutlineCrossing.comparisons
    guard let grid = EdgeGrid(points) else {
      return areFew ? crossing(among: points.indices.map { Int32($0) }[...]) : .untested
    }
    for cell in grid.cells {
      comparisonsLeft -= cell.count * (cell.count - 1) / 2
      if comparisonsLeft < 0 { return areFew ? crossing(among: points.indices.map { Int32($0) }[...]) : .untested }
      let found = crossing(among: cell)
      if found != .none { return found }
    }
    return .none
  }

  private func crossing(among edges: ArraySlice<Int32>) -> OutlineCrossing {
    for first in edges.indices {
      for second in edges.indices[(first + 1)...] where areCrossing(Int(edges[first]), Int(edges[second])) {
        return .edges(Int(min(edges[first], edges[second])), Int(max(edges[first], edges[second])))
      }
    }
    return .none
  }

  private func areCrossing(_ one: Int, _ other: Int) -> Bool {
    let (a, b) = (points[one], points[one + 1 == points.count ? 0 : one + 1])
    let (c, d) = (points[other], points[other + 1 == points.count ? 0 : other + 1])
    return areApart(c, d, by: a, b) && areApart(a, b, by: c, d)
  }

  /// Whether two points lie on different sides of a line.
  private func areApart(_ one: Point, _ other: Point, by start: Point, _ end: Point) -> Bool {
    let (x, y) = (end.x - start.x, end.y - start.y)
    let least = 1e-3 * (x * x + y * y).squareRoot()
    let first = x * (one.y - start.y) - y * (one.x - start.x)
    let second = x * (other.y - start.y) - y * (other.x - start.x)
    return first > least && second < -least || first < -least && second > least
  }
}

/// Which edges of an outline lie in each cell of a grid around it.
private struct EdgeGrid {
  /// The edges of a cell are those from the place of the cell up to that of the next.
  private var starts: [Int32]
  private var edges: [Int32] = []

  var cells: some Sequence<ArraySlice<Int32>> {
    (0..<starts.count - 1).lazy.map { edges[Int(starts[$0])..<Int(starts[$0 + 1])] }.filter { $0.count > 1 }
  }

  /// Nil where edges lie in too many cells.
  init?(_ points: [OutlineEdges.Point]) {
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    let (left, right) = (xs.min() ?? 0, xs.max() ?? 0)
    let (top, bottom) = (ys.min() ?? 0, ys.max() ?? 0)
    let side = min(1024, max(1, Int(2 * Double(points.count).squareRoot())))
    let (cellWidth, cellHeight) = ((right - left) / Double(side), (bottom - top) / Double(side))
    // Wider by a little, so that rounding leaves no cell out.
    let (slackX, slackY) = (1e-9 * (right - left), 1e-9 * (bottom - top))
    func cell(_ place: Double, _ start: Double, _ size: Double) -> Int {
      size > 0 ? min(side - 1, max(0, Int((place - start) / size))) : 0
    }
    var cells: [Int32] = []
    var owners: [Int32] = []
    let most = 4096 + 64 * points.count
    for index in points.indices {
      var (from, to) = (points[index], points[index + 1 == points.count ? 0 : index + 1])
      if from.x > to.x { swap(&from, &to) }
      let slope = to.x > from.x ? (to.y - from.y) / (to.x - from.x) : 0
      func height(at x: Double) -> Double { from.y + slope * (min(max(x, from.x), to.x) - from.x) }
      for column in cell(from.x - slackX, left, cellWidth)...cell(to.x + slackX, left, cellWidth) {
        let start = left + Double(column) * cellWidth
        let isUpright = to.x <= from.x
        let first = isUpright ? from.y : height(at: start - slackX)
        let second = isUpright ? to.y : height(at: start + cellWidth + slackX)
        let rows =
          cell(min(first, second) - slackY, top, cellHeight)...cell(max(first, second) + slackY, top, cellHeight)
        guard cells.count + rows.count <= most else { return nil }
        for row in rows {
          cells.append(Int32(column * side + row))
          owners.append(Int32(index))
        }
      }
    }
    starts = [Int32](repeating: 0, count: side * side + 1)
    for cell in cells { starts[Int(cell) + 1] += 1 }
    for cell in 0..<side * side { starts[cell + 1] += starts[cell] }
    var places = starts
    edges = [Int32](repeating: 0, count: owners.count)
    for (cell, owner) in zip(cells, owners) {
      edges[Int(places[Int(cell)])] = owner
      places[Int(cell)] += 1
    }
  }
}
