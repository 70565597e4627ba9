import ImageCodecs

/// How well the boundaries of one image's classes agree with the truth's (Csurka et al., "What is a good evaluation measure
/// for semantic segmentation?", 2013).
///
/// A boundary pixel of a class has a pixel of another class at one of its four sides; the edge of the image is no boundary. It
/// is right where a boundary pixel of its class lies within the tolerance in the other map, from centre to centre. What the
/// truth ignores is cut out of both maps, so that a boundary against ignored pixels is the same in both.
public struct BoundaryAgreement: Sendable, Hashable {
  /// One class.
  public struct Counts: Sendable, Hashable {
    /// Boundary pixels of the truth, and those of them that the prediction has too.
    public var shown = 0
    public var found = 0
    /// Boundary pixels of the prediction, and those of them that the truth has too.
    public var said = 0
    public var right = 0

    /// Harmonic mean of the shares that are found and right, 0 where one side has no boundary; nil where neither has.
    public var fScore: Double? {
      if shown == 0 && said == 0 { return nil }
      guard found > 0, right > 0 else { return 0 }
      let (recall, precision) = (Double(found) / Double(shown), Double(right) / Double(said))
      return 2 * precision * recall / (precision + recall)
    }
  }

  /// By class.
  public let counts: [Counts]

  /// By class; nil of one without a boundary in either map.
  public var fScores: [Double?] { counts.map(\.fScore) }

  /// - Parameter tolerance: how far apart boundaries may be, as a share of the image's diagonal.
  /// - Precondition: both maps have one size, and the tolerance is not negative.
  /// - Complexity: O(pixels + boundary pixels · pixels within the tolerance).
  public init(truth: LabelMap, prediction: LabelMap, classCount: Int, tolerance: Double) {
    precondition(truth.size == prediction.size, "labels of \(truth.size) and of \(prediction.size)")
    precondition(tolerance >= 0, "a tolerance of \(tolerance)")
    var visible = prediction
    for place in truth.indices.indices where truth.indices[place] == LabelMap.ignored {
      visible.indices[place] = LabelMap.ignored
    }
    let (shown, said) = (Self.boundary(of: truth), Self.boundary(of: visible))
    let disc = Self.disc(in: truth.size, tolerance: tolerance)
    var counts = [Counts](repeating: Counts(), count: classCount)
    for place in shown.indices.indices {
      let (one, other) = (shown.indices[place], said.indices[place])
      if one != LabelMap.ignored {
        counts[Int(one)].shown += 1
        if Self.has(one, said, near: place, disc) { counts[Int(one)].found += 1 }
      }
      if other != LabelMap.ignored {
        counts[Int(other)].said += 1
        if Self.has(other, shown, near: place, disc) { counts[Int(other)].right += 1 }
      }
    }
    self.counts = counts
  }

  /// The map's boundary pixels, and ignored ones elsewhere.
  private static func boundary(of map: LabelMap) -> LabelMap {
    var boundary = LabelMap(size: map.size)
    let (width, height) = (map.width, map.height)
    for y in 0..<height {
      for x in 0..<width {
        let place = y * width + x
        let label = map.indices[place]
        if x > 0 && map.indices[place - 1] != label || x + 1 < width && map.indices[place + 1] != label
          || y > 0 && map.indices[place - width] != label || y + 1 < height && map.indices[place + width] != label
        {
          boundary.indices[place] = label
        }
      }
    }
    return boundary
  }

  private struct Offset {
    var x: Int
    var y: Int
  }

  /// The places within the tolerance, the nearest first.
  private static func disc(in size: ImageSize, tolerance: Double) -> [Offset] {
    let limit = tolerance * tolerance * Double(size.width * size.width + size.height * size.height)
    // A distance of just the tolerance is within it, whichever way it is rounded.
    let squared = Int((limit + 1e-9).rounded(.down))
    let reach = Int(Double(squared).squareRoot().rounded(.up))
    let all = (-reach...reach).flatMap { y in (-reach...reach).map { Offset(x: $0, y: y) } }
    func distance(_ offset: Offset) -> Int { offset.x * offset.x + offset.y * offset.y }
    return all.filter { distance($0) <= squared }.sorted { distance($0) < distance($1) }
  }

  private static func has(_ label: UInt8, _ boundary: LabelMap, near place: Int, _ disc: [Offset]) -> Bool {
    if boundary.indices[place] == label { return true }
    let (x, y) = (place % boundary.width, place / boundary.width)
    for offset in disc {
      let (column, row) = (x + offset.x, y + offset.y)
      guard column >= 0, row >= 0, column < boundary.width, row < boundary.height else { continue }
      if boundary[column, row] == label { return true }
    }
    return false
  }
}
