extension RunLengthMask {
  /// The mask of the same picture at another size: a pixel is inside where its middle lies on a pixel that was.
  ///
  /// What is smaller than a new pixel may vanish.
  ///
  /// - Complexity: O(runs + new columns × runs in a column).
  package func resized(width newWidth: Int, height newHeight: Int) -> RunLengthMask {
    precondition(newWidth >= 0 && newHeight >= 0, "a size")
    /// The first new row whose middle lies on an old row or below it.
    func newRow(_ row: Int) -> Int { (2 * row * newHeight + height - 1) / (2 * height) }
    var runs = OrderedRuns()
    var first = 0
    for column in 0..<newWidth {
      let start = (2 * column + 1) * width / (2 * newWidth) * height
      while first < inside.count, inside[first].upperBound <= start { first += 1 }
      for run in inside[first...] {
        if run.lowerBound >= start + height { break }
        let (top, bottom) = (max(run.lowerBound - start, 0), min(run.upperBound - start, height))
        runs.append(column * newHeight + newRow(top)..<column * newHeight + newRow(bottom))
      }
    }
    return RunLengthMask(width: newWidth, height: newHeight, runs)
  }
}
