extension Mask {
  /// A corner of pixels.
  package struct Corner: Hashable, Sendable {
    package var x: Int
    package var y: Int
    package init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// The borders of the mask along pixel edges, each once around: outer ones clockwise as seen, holes the other way.
  package var borders: [[Corner]] {
    // Every edge between yes and no, walked with the mask on the right.
    var next: [Corner: [Corner]] = [:]
    for y in 0..<height {
      for x in 0..<width where cells[y * width + x] {
        if !self[x, y - 1] { next[Corner(x: x, y: y), default: []].append(Corner(x: x + 1, y: y)) }
        if !self[x + 1, y] { next[Corner(x: x + 1, y: y), default: []].append(Corner(x: x + 1, y: y + 1)) }
        if !self[x, y + 1] { next[Corner(x: x + 1, y: y + 1), default: []].append(Corner(x: x, y: y + 1)) }
        if !self[x - 1, y] { next[Corner(x: x, y: y + 1), default: []].append(Corner(x: x, y: y)) }
      }
    }
    var loops: [[Corner]] = []
    for start in next.keys.sorted(by: { ($0.y, $0.x) < ($1.y, $1.x) }) {
      while let first = next[start]?.first {
        next[start]?.removeFirst()
        var loop = [start]
        var (before, here) = (start, first)
        while here != start {
          loop.append(here)
          let choices = next[here] ?? []
          // Where two pixels touch at a corner only, turning right keeps them apart.
          let turn = choices.firstIndex { candidate in
            (here.x - before.x) * (candidate.y - here.y) - (here.y - before.y) * (candidate.x - here.x) > 0
          }
          let pick = turn ?? 0
          next[here]?.remove(at: pick)
          (before, here) = (here, choices[pick])
        }
        loops.append(loop)
      }
    }
    return loops
  }

  /// Outlines as COCO's polygons, with corners left out that lie within half a pixel of the line; nil for a mask with
  /// holes, which polygons cannot tell.
  package var polygons: [[Double]]? {
    let loops = borders
    guard loops.allSatisfy({ Self.twiceArea($0) > 0 }) else { return nil }
    return loops.map { loop in
      Self.simplified(loop, tolerance: 0.5).flatMap { [Double($0.x), Double($0.y)] }
    }
  }

  /// Above 0 for an outer border: y points down.
  private static func twiceArea(_ loop: [Corner]) -> Int {
    zip(loop, loop.dropFirst() + loop.prefix(1)).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
  }

  /// Douglas and Peucker, "Algorithms for the reduction of the number of points" (1973), for a closed line.
  private static func simplified(_ loop: [Corner], tolerance: Double) -> [Corner] {
    guard loop.count > 4 else { return loop }
    // The two corners farthest apart, roughly, stay in any case.
    let far = loop.indices.max { distance(loop[0], loop[$0]) < distance(loop[0], loop[$1]) } ?? 0
    let first = reduced(Array(loop[0...far]), tolerance)
    let second = reduced(Array(loop[far...]) + [loop[0]], tolerance)
    let result = first.dropLast() + second.dropLast()
    return result.count >= 3 ? Array(result) : loop
  }

  private static func distance(_ a: Corner, _ b: Corner) -> Int {
    (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
  }

  private static func reduced(_ line: [Corner], _ tolerance: Double) -> [Corner] {
    guard line.count > 2, let last = line.last else { return line }
    let first = line[0]
    let (dx, dy) = (Double(last.x - first.x), Double(last.y - first.y))
    let length = (dx * dx + dy * dy).squareRoot()
    func offset(_ corner: Corner) -> Double {
      let (px, py) = (Double(corner.x - first.x), Double(corner.y - first.y))
      return length == 0 ? (px * px + py * py).squareRoot() : abs(px * dy - py * dx) / length
    }
    let farthest = (1..<line.count - 1).max { offset(line[$0]) < offset(line[$1]) } ?? 1
    if offset(line[farthest]) <= tolerance { return [first, last] }
    return reduced(Array(line[...farthest]), tolerance).dropLast() + reduced(Array(line[farthest...]), tolerance)
  }
}
