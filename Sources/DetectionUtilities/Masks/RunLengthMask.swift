/// The pixels of an object in an image, as COCO's run lengths have them.
///
/// Pixels are counted down the columns, from the left one: pixel (x, y) is number `x * height + y`. Lengths of runs outside and
/// inside the object take turns, the first of them outside; only that one may be 0.
public struct RunLengthMask: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// The runs inside, in order, with pixels outside between any two.
  public let inside: [Range<Int>]

  /// Any runs inside: they are put in order, and those that overlap or touch are joined.
  ///
  /// - Precondition: they lie within the image.
  public init(width: Int, height: Int, inside runs: some Sequence<Range<Int>>) {
    self.width = width
    self.height = height
    var joined: [Range<Int>] = []
    for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
      if let last = joined.last, run.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
      } else {
        joined.append(run)
      }
    }
    precondition(
      joined.first.map { $0.lowerBound >= 0 } ?? true && joined.last.map { $0.upperBound <= width * height } ?? true,
      "runs beyond \(width)×\(height) pixels")
    inside = joined
  }

  /// Run lengths as a COCO file has them; nil where they are negative, or do not add up to the image's pixels.
  public init?(width: Int, height: Int, counts: [Int]) {
    var runs: [Range<Int>] = []
    var end = 0
    for (index, count) in counts.enumerated() {
      guard count >= 0, count <= width * height - end else { return nil }
      if index % 2 == 1 { runs.append(end..<end + count) }
      end += count
    }
    guard end == width * height else { return nil }
    self.init(width: width, height: height, inside: runs)
  }

  /// Pixels inside.
  public var area: Int { inside.reduce(0) { $0 + $1.count } }

  /// The lengths of the runs, outside and inside by turns.
  public var counts: [Int] {
    var counts: [Int] = []
    var end = 0
    for run in inside {
      counts += [run.lowerBound - end, run.count]
      end = run.upperBound
    }
    if end < width * height || counts.isEmpty { counts.append(width * height - end) }
    return counts
  }

  /// Pixels that are in one of the masks or more.
  ///
  /// - Precondition: all are of one size.
  public static func union(_ masks: [RunLengthMask], width: Int, height: Int) -> RunLengthMask {
    precondition(masks.allSatisfy { $0.width == width && $0.height == height }, "masks of one size")
    return RunLengthMask(width: width, height: height, inside: masks.flatMap(\.inside))
  }
}
