extension RunLengthMask {
  /// Pixels that are in one of the masks or more.
  ///
  /// - Precondition: all are of one size.
  public static func union(_ masks: [RunLengthMask], width: Int, height: Int) -> RunLengthMask {
    precondition(masks.allSatisfy { $0.width == width && $0.height == height }, "masks of one size")
    if masks.count == 1 { return masks[0] }
    return RunLengthMask(width: width, height: height, inside: masks.flatMap(\.inside))
  }

  /// Pixels that are in both masks.
  ///
  /// - Precondition: both are of one size.
  /// - Complexity: O(runs).
  public func intersection(_ other: RunLengthMask) -> RunLengthMask {
    intersection(other, shiftedBy: 0)
  }

  /// Pixels that are not in the other mask.
  ///
  /// - Precondition: both are of one size.
  /// - Complexity: O(runs).
  public func subtracting(_ other: RunLengthMask) -> RunLengthMask {
    precondition(width == other.width && height == other.height, "masks of one size")
    var runs = OrderedRuns()
    var next = 0
    for run in inside {
      var start = run.lowerBound
      while next < other.inside.count, other.inside[next].upperBound <= start { next += 1 }
      var hole = next
      while hole < other.inside.count, other.inside[hole].lowerBound < run.upperBound {
        if other.inside[hole].lowerBound > start { runs.append(start..<other.inside[hole].lowerBound) }
        start = other.inside[hole].upperBound
        hole += 1
      }
      if start < run.upperBound { runs.append(start..<run.upperBound) }
    }
    return RunLengthMask(width: width, height: height, runs)
  }

  /// Pixels that are in this mask and, `pixels` farther on, in the other one too.
  func intersection(_ other: RunLengthMask, shiftedBy pixels: Int) -> RunLengthMask {
    precondition(width == other.width && height == other.height, "masks of one size")
    var runs = OrderedRuns()
    var (index, otherIndex) = (0, 0)
    while index < inside.count, otherIndex < other.inside.count {
      let (run, otherRun) = (inside[index], other.inside[otherIndex])
      let (otherStart, otherEnd) = (otherRun.lowerBound - pixels, otherRun.upperBound - pixels)
      let (start, end) = (max(run.lowerBound, otherStart), min(run.upperBound, otherEnd))
      if start < end { runs.append(start..<end) }
      if run.upperBound < otherEnd { index += 1 } else { otherIndex += 1 }
    }
    return RunLengthMask(width: width, height: height, runs)
  }
}
