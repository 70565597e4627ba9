extension RunLengthMask {
  /// IoU of a detection (self) with an object: pycocotools' `rleIou`, the same double.
  ///
  /// For a crowd region the union is the detection's own area: a detection inside of it overlaps fully. Without a common
  /// pixel it is 0, also of two masks without pixels.
  ///
  /// - Precondition: both are of one size.
  /// - Complexity: O(runs), and O(1) for masks in different columns.
  public func iou(withGroundTruth truth: RunLengthMask, isCrowd: Bool = false) -> Double {
    let common = intersectionArea(with: truth)
    if common == 0 { return 0 }
    return Double(common) / Double(isCrowd ? area : area + truth.area - common)
  }

  /// How many pixels are in both masks.
  ///
  /// - Precondition: both are of one size.
  public func intersectionArea(with other: RunLengthMask) -> Int {
    precondition(width == other.width && height == other.height, "masks of one size")
    guard let first = inside.first, let last = inside.last, let otherFirst = other.inside.first,
      let otherLast = other.inside.last, first.lowerBound < otherLast.upperBound,
      otherFirst.lowerBound < last.upperBound
    else { return 0 }
    var area = 0
    var index = firstRun(endingBehind: otherFirst.lowerBound)
    var otherIndex = other.firstRun(endingBehind: first.lowerBound)
    while index < inside.count, otherIndex < other.inside.count {
      let (run, otherRun) = (inside[index], other.inside[otherIndex])
      area += max(
        0, min(run.upperBound, otherRun.upperBound) - max(run.lowerBound, otherRun.lowerBound))
      if run.upperBound < otherRun.upperBound { index += 1 } else { otherIndex += 1 }
    }
    return area
  }

  /// Found by halving.
  private func firstRun(endingBehind pixel: Int) -> Int {
    var (low, high) = (0, inside.count)
    while low < high {
      let middle = (low + high) / 2
      if inside[middle].upperBound <= pixel { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
