import DetectionUtilities

/// The outline of an object by its corners: of a box, or of a polygon, on its way through a map.
public struct Outline: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// In order around it; fewer than three enclose nothing.
  public var points: [Point]

  public init(_ points: [Point]) { self.points = points }

  /// The four corners of a box.
  public init(_ box: BoundingBox) {
    points = [
      Point(x: box.x1, y: box.y1), Point(x: box.x2, y: box.y1), Point(x: box.x2, y: box.y2),
      Point(x: box.x1, y: box.y2),
    ]
  }

  public func mapped(by map: AffineMap) -> Outline {
    Outline(
      points.map { point in
        let (x, y) = map(x: point.x, y: point.y)
        return Point(x: x, y: y)
      })
  }

  /// What of it lies in a rectangle (Sutherland & Hodgman 1974). An outline that is not convex may fall into parts, which then are
  /// joined along the rectangle's edge.
  public func clipped(to window: BoundingBox) -> Outline {
    func blend(_ a: Point, _ b: Point, _ share: Double) -> Point {
      Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share)
    }
    func cut(_ points: [Point], _ depth: (Point) -> Double) -> [Point] {
      points.indices.flatMap { index -> [Point] in
        let (previous, point) = (points[(index + points.count - 1) % points.count], points[index])
        let (before, after) = (depth(previous), depth(point))
        let crossing = (before < 0) != (after < 0) ? [blend(previous, point, before / (before - after))] : []
        return after < 0 ? crossing : crossing + [point]
      }
    }
    var kept = cut(points) { $0.x - window.x1 }
    kept = cut(kept) { window.x2 - $0.x }
    kept = cut(kept) { $0.y - window.y1 }
    kept = cut(kept) { window.y2 - $0.y }
    // Crossings lie on the edge to the last digit.
    return Outline(
      kept.map {
        Point(x: min(max($0.x, window.x1), window.x2), y: min(max($0.y, window.y1), window.y2))
      })
  }

  /// In square pixels.
  public var area: Double {
    var sum = 0.0
    for (index, point) in points.enumerated() {
      let next = points[(index + 1) % points.count]
      sum += point.x * next.y - next.x * point.y
    }
    return abs(sum) / 2
  }

  /// The smallest box around it; nil of no points.
  public var boundingBox: BoundingBox? {
    guard var box = points.first.map({ BoundingBox(x1: $0.x, y1: $0.y, x2: $0.x, y2: $0.y) }) else { return nil }
    for point in points {
      box = BoundingBox(
        x1: min(box.x1, point.x), y1: min(box.y1, point.y), x2: max(box.x2, point.x), y2: max(box.y2, point.y))
    }
    return box
  }
}
