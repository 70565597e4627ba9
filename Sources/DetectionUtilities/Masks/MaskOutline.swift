/// A closed line along the edges of a mask's pixels: around a part of it, or around a hole in one.
public struct MaskOutline: Sendable, Hashable {
  /// x, y, x, y, … in pixels; whole numbers. The last point is joined to the first.
  public let points: [Double]
  /// Pixels that it encloses, those of holes and of parts in them included.
  public let area: Int
  /// Around pixels that are outside.
  public let isHole: Bool
}

extension RunLengthMask {
  /// The outlines of the mask's parts and of their holes, in the order of their upper left points, column by column.
  ///
  /// Pixels that touch at a corner alone are different parts. Drawn together (``init(width:height:polygons:)`` of one
  /// ``MaskOutline/joined(_:)``) they give the same mask to the pixel, and so do the outer ones alone where there are no holes.
  ///
  /// - Complexity: O(runs), a run counted once for every column that it is in.
  public func outlines() -> [MaskOutline] {
    var edges = PixelEdges(height: height)
    var column = 0
    var left: [Range<Int>] = []
    var next = 0
    // Behind the last column there is one in which nothing is.
    while column <= width, next < inside.count || !left.isEmpty {
      if left.isEmpty { column = max(column, inside[next].lowerBound / height) }
      var right: [Range<Int>] = []
      let (start, end) = (column * height, (column + 1) * height)
      while next < inside.count, column < width, inside[next].lowerBound < end {
        right.append(max(inside[next].lowerBound, start) - start..<min(inside[next].upperBound, end) - start)
        if inside[next].upperBound > end { break }
        next += 1
      }
      edges.add(column: column, left: left, right: right)
      left = right
      column += 1
    }
    return edges.outlines()
  }
}

/// Edges between pixels inside and outside, each with the inside on its right hand.
private struct PixelEdges {
  private enum Direction: Int {
    case right, down, left, up
    var turnedRight: Direction { Direction(rawValue: (rawValue + 1) % 4) ?? .right }
  }

  private struct Edge {
    var direction: Direction
    var end: Int
  }

  private let rows: Int
  /// The edges that begin at a corner of pixels; where two pixels touch there alone, two.
  private var edges: [Int: (first: Edge, second: Edge?)] = [:]
  private var starts: [Int] = []

  init(height: Int) { rows = height + 1 }

  /// The edges between two columns, and those along the rows of the right one.
  mutating func add(column: Int, left: [Range<Int>], right: [Range<Int>]) {
    let corner = column * rows
    for run in right {
      add(.right, from: corner + run.lowerBound, to: corner + rows + run.lowerBound)
      add(.left, from: corner + rows + run.upperBound, to: corner + run.upperBound)
    }
    // Where the columns differ: ends of runs, of which two in one place undo each other unless the sides change there.
    func isInside(_ runs: [Range<Int>], _ place: inout Int, _ row: Int) -> Bool {
      while place < runs.count, runs[place].upperBound <= row { place += 1 }
      return place < runs.count && runs[place].lowerBound <= row
    }
    let ends = Set((left + right).flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    var (leftPlace, rightPlace) = (0, 0)
    var open: (row: Int, direction: Direction)?
    for row in ends {
      let (isLeft, isRight) = (isInside(left, &leftPlace, row), isInside(right, &rightPlace, row))
      let direction: Direction? = isLeft == isRight ? nil : isRight ? .up : .down
      if let begun = open, begun.direction != direction {
        let (top, bottom) = (corner + begun.row, corner + row)
        if begun.direction == .down { add(.down, from: top, to: bottom) } else { add(.up, from: bottom, to: top) }
        open = nil
      }
      if open == nil, let direction { open = (row, direction) }
    }
  }

  private mutating func add(_ direction: Direction, from start: Int, to end: Int) {
    let edge = Edge(direction: direction, end: end)
    if let first = edges[start]?.first {
      edges[start] = (first, edge)
    } else {
      edges[start] = (edge, nil)
      starts.append(start)
    }
  }

  mutating func outlines() -> [MaskOutline] {
    starts.sort()
    var outlines: [MaskOutline] = []
    for start in starts {
      while let begun = edges[start] { outlines.append(follow(from: start, begun.first)) }
    }
    return outlines
  }

  /// Goes along edges back to where the first one begins, to the right where there is a choice.
  private mutating func follow(from start: Int, _ first: Edge) -> MaskOutline {
    var points: [Double] = []
    var (corner, edge) = (start, first)
    var last: Direction?
    var twiceArea = 0
    while true {
      take(edge, at: corner)
      if edge.direction != last { points += [Double(corner / rows), Double(corner % rows)] }
      last = edge.direction
      twiceArea += corner / rows * (edge.end % rows) - edge.end / rows * (corner % rows)
      corner = edge.end
      let isClosed = corner == start && edge.direction.turnedRight == first.direction
      guard !isClosed, let leading = edges[corner] else { break }
      let isChoice = leading.second != nil && leading.first.direction != edge.direction.turnedRight
      edge = isChoice ? leading.second ?? leading.first : leading.first
    }
    return MaskOutline(points: points, area: abs(twiceArea) / 2, isHole: twiceArea < 0)
  }

  private mutating func take(_ edge: Edge, at corner: Int) {
    guard let leading = edges[corner] else { return }
    if leading.first.direction == edge.direction {
      edges[corner] = leading.second.map { ($0, nil) }
    } else {
      edges[corner] = (leading.first, nil)
    }
  }
}

extension MaskOutline {
  /// Several outlines as one line, for formats that have one for an object: from each to the nearest before it there is a way
  /// there and back, which encloses nothing.
  ///
  /// An outline within another becomes a hole, and where two overlap there is one too: inside is what the line goes around an
  /// odd number of times.
  ///
  /// - Parameter outlines: x, y, x, y, … each, without empty ones.
  /// - Complexity: O(points · outlines). Of each no more than 400 points are compared with those of the others.
  public static func joined(_ outlines: [[Double]]) -> [Double] {
    guard var line = outlines.first else { return [] }
    for outline in outlines.dropFirst() {
      let (here, there) = nearestPoints(line, outline)
      let turned = outline[(2 * there)...] + outline[..<(2 * there)]
      let way = turned + turned.prefix(2) + line[(2 * here)..<(2 * here + 2)]
      line.insert(contentsOf: way, at: 2 * here + 2)
    }
    return line
  }

  private static func nearestPoints(_ line: [Double], _ other: [Double]) -> (Int, Int) {
    func sample(_ points: [Double]) -> StrideTo<Int> {
      stride(from: 0, to: points.count / 2, by: max(1, points.count / 200))
    }
    var (nearest, least) = ((0, 0), Double.infinity)
    for here in sample(line) {
      for there in sample(other) {
        let (x, y) = (line[2 * here] - other[2 * there], line[2 * here + 1] - other[2 * there + 1])
        let distance = x * x + y * y
        if distance < least { (nearest, least) = ((here, there), distance) }
      }
    }
    return nearest
  }
}
