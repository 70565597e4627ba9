extension RunLengthMask {
  /// Run lengths that are counted along the rows, from the upper one, as CVAT's: pixel (x, y) is number `y * width + x`.
  ///
  /// - Throws: where they are negative, do not add up to the pixels, or make more than ``mostChanges`` changes down the columns.
  /// - Complexity: O(lengths + changes · log(changes)); no bitmap.
  public init(width: Int, height: Int, rowCounts: [Int]) throws(MaskError) {
    var lengths = RunLengths(pixelCount: try Self.pixelCount(width: width, height: height))
    for count in rowCounts { try lengths.append(count) }
    var rows = RowChanges(width: width, height: height)
    for run in try lengths.finished().runs { try rows.append(run) }
    self.init(width: width, height: height, try rows.finished())
  }

  /// The pixels for which `isInside` is true.
  ///
  /// - Complexity: O(pixels).
  public init(width: Int, height: Int, where isInside: (_ x: Int, _ y: Int) -> Bool) {
    var runs = OrderedRuns()
    for x in 0..<width {
      var start: Int?
      for y in 0..<height {
        if isInside(x, y) {
          if start == nil { start = y }
        } else if let first = start {
          runs.append(x * height + first..<x * height + y)
          start = nil
        }
      }
      if let start { runs.append(x * height + start..<(x + 1) * height) }
    }
    self.init(width: width, height: height, runs)
  }

  /// The mask as a part of another image, in which its upper left corner is (x, y); what is beyond that image is cut off.
  ///
  /// - Precondition: x and y are within ±``farthestPoint``.
  /// - Complexity: O(runs + columns).
  public func placed(x: Int, y: Int, inWidth newWidth: Int, height newHeight: Int) -> RunLengthMask {
    let farthest = Int(Self.farthestPoint)
    precondition(abs(x) <= farthest && abs(y) <= farthest, "a place near the image")
    var runs = OrderedRuns()
    for run in inside {
      var start = run.lowerBound
      while start < run.upperBound {
        let column = start / height
        let end = min(run.upperBound, (column + 1) * height)
        let newColumn = column + x
        if (0..<newWidth).contains(newColumn) {
          let top = max(0, start - column * height + y)
          let bottom = min(newHeight, end - column * height + y)
          if top < bottom { runs.append(newColumn * newHeight + top..<newColumn * newHeight + bottom) }
        }
        start = end
      }
    }
    return RunLengthMask(width: newWidth, height: newHeight, runs)
  }

  /// Most changes from inside to outside and back that run lengths along rows may make down the columns: more than an image of
  /// 2,800 × 2,800 pixels of noise has. Few numbers can say many: every other row of a wide image.
  public static let mostChanges = 1 << 23
}

/// Takes runs along rows, and finds the pixels from which on, down a column, inside and outside change places: those where a row
/// differs from the one above.
private struct RowChanges {
  let width: Int
  let height: Int
  private var changes: [Int] = []
  /// Parts of the row that is being read, and of the one above.
  private var parts: [Range<Int>] = []
  private var above: [Range<Int>] = []
  private var row = 0

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// - Precondition: no run that was appended before ends later than this one begins.
  mutating func append(_ run: Range<Int>) throws(MaskError) {
    var start = run.lowerBound
    while start < run.upperBound {
      let y = start / width
      try advance(to: y)
      let end = min(run.upperBound, (y + 1) * width)
      parts.append(start - y * width..<end - y * width)
      start = end
      // Of full rows only the first and the last can differ from their neighbours.
      let fullRows = (run.upperBound - start) / width
      if parts == [0..<width], fullRows > 0 {
        try advance(to: y + 1)
        above = [0..<width]
        parts = [0..<width]
        row = y + fullRows
        start += fullRows * width
      }
    }
  }

  mutating func finished() throws(MaskError) -> OrderedRuns {
    try advance(to: height)
    changes.sort()
    // The end of a column is the beginning of the next: changes in one place undo each other.
    var kept: [Int] = []
    for change in changes {
      if kept.last == change { kept.removeLast() } else { kept.append(change) }
    }
    var runs = OrderedRuns()
    for index in stride(from: 0, to: kept.count, by: 2) { runs.append(kept[index]..<kept[index + 1]) }
    return runs
  }

  /// Ends the row, and those up to `y`, in which nothing is.
  private mutating func advance(to y: Int) throws(MaskError) {
    guard y > row else { return }
    try change()
    (above, parts) = (parts, [])
    row += 1
    guard y > row || y == height else { return }
    try change()
    above = []
    row = y
  }

  private mutating func change() throws(MaskError) {
    var ends: [Int] = []
    for end in (above + parts).flatMap({ [$0.lowerBound, $0.upperBound] }).sorted() {
      if ends.last == end { ends.removeLast() } else { ends.append(end) }
    }
    for index in stride(from: 0, to: ends.count, by: 2) {
      guard changes.count + ends[index + 1] - ends[index] <= RunLengthMask.mostChanges else { throw .tooManyChanges }
      for x in ends[index]..<ends[index + 1] { changes.append(x * height + row) }
    }
  }
}
