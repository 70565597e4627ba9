extension RunLengthMask {
  /// The pixels of the mask that are near its outline: what Boundary IoU lays over one another (Cheng, Girshick, Dollár, Berg
  /// and Kirillov, "Boundary IoU", 2021, section 4).
  ///
  /// Those that an erosion takes away, ``boundaryWidth(ratio:)`` wide. Beyond the image nothing is inside, so that the mask's
  /// pixels along the image's edges are near an outline too.
  ///
  /// - Parameter ratio: the width as a share of the image's diagonal; COCO's is 0.02.
  public func boundary(ratio: Double = 0.02) -> RunLengthMask {
    subtracting(eroded(by: boundaryWidth(ratio: ratio)))
  }

  /// How wide a boundary is in pixels, at least 1; halves are rounded to the even number.
  public func boundaryWidth(ratio: Double = 0.02) -> Int {
    let diagonal = Double(width * width + height * height).squareRoot()
    return max(1, Int((ratio * diagonal).rounded(.toNearestOrEven)))
  }

  /// The pixels whose neighbours in a square, `distance` pixels to every side, are all inside the image and the mask.
  ///
  /// - Complexity: O(runs · log(distance)), a run counted once for every column that it is in; no bitmap.
  public func eroded(by distance: Int) -> RunLengthMask {
    precondition(distance >= 0, "a distance")
    if distance == 0 { return self }
    var columns = OrderedRuns()
    for run in inside {
      var start = run.lowerBound
      while start < run.upperBound {
        let end = min(run.upperBound, (start / height + 1) * height)
        if end - start > 2 * distance { columns.append(start + distance..<end - distance) }
        start = end
      }
    }
    // What is inside in every column from that of the pixel on: in 1 of them, in 2, 4, …
    let columnCount = 2 * distance + 1
    guard columnCount <= width else { return RunLengthMask(width: width, height: height, inside: []) }
    var (mask, count) = (RunLengthMask(width: width, height: height, columns), 1)
    while count < columnCount, !mask.inside.isEmpty {
      let step = min(count, columnCount - count)
      mask = mask.intersection(mask, shiftedBy: step * height)
      count += step
    }
    // The pixel stands in the middle of its columns.
    var middle = OrderedRuns()
    for run in mask.inside { middle.append(run.lowerBound + distance * height..<run.upperBound + distance * height) }
    return RunLengthMask(width: width, height: height, middle)
  }
}
