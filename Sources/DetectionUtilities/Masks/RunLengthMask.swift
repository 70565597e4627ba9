/// The pixels of an object in an image, as COCO's run lengths have them.
///
/// Pixels are counted down the columns, from the left one: pixel (x, y) is number `x * height + y`. Lengths of runs outside and
/// inside the object take turns, the first of them outside; only that one may be 0.
public struct RunLengthMask: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// The runs inside, in order, with pixels outside between any two.
  public let inside: [Range<Int>]
  /// Pixels inside.
  public let area: Int

  /// More pixels no image of a mask has: COCO's own programs count them in 32 bits.
  public static let mostPixels = Int(UInt32.max)

  /// Any runs inside: they are put in order, and those that overlap or touch are joined.
  ///
  /// - Precondition: they lie within the image.
  public init(width: Int, height: Int, inside runs: some Sequence<Range<Int>>) {
    var joined = OrderedRuns()
    for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) { joined.append(run) }
    precondition(
      joined.runs.first.map { $0.lowerBound >= 0 } ?? true && joined.end <= width * height,
      "runs beyond \(width)×\(height) pixels")
    self.init(width: width, height: height, joined)
  }

  /// Runs that lie within the image.
  init(width: Int, height: Int, _ ordered: OrderedRuns) {
    self.width = width
    self.height = height
    inside = ordered.runs
    area = ordered.area
  }

  /// Run lengths as a COCO file has them.
  ///
  /// - Throws: where they are negative, or do not add up to the image's pixels.
  public init(width: Int, height: Int, counts: [Int]) throws(MaskError) {
    var lengths = RunLengths(pixelCount: try Self.pixelCount(width: width, height: height))
    for count in counts { try lengths.append(count) }
    self.init(width: width, height: height, try lengths.finished())
  }

  /// The lengths of the runs, outside and inside by turns.
  public var counts: [Int] {
    var counts: [Int] = []
    counts.reserveCapacity(2 * inside.count + 1)
    var end = 0
    for run in inside {
      counts.append(run.lowerBound - end)
      counts.append(run.count)
      end = run.upperBound
    }
    if end < width * height || counts.isEmpty { counts.append(width * height - end) }
    return counts
  }

  /// The smallest box around the pixels, in whole pixels; nil where there are none.
  public var box: BoundingBox? {
    guard let first = inside.first, let last = inside.last else { return nil }
    var (top, bottom) = (height, 0)
    for run in inside {
      let (low, high) = (run.lowerBound % height, (run.upperBound - 1) % height)
      // A run that goes on in the next column touches both the lower and the upper edge.
      let isOneColumn = low + run.count <= height
      top = isOneColumn ? min(top, low) : 0
      bottom = isOneColumn ? max(bottom, high) : height - 1
    }
    return BoundingBox(
      x1: Double(first.lowerBound / height), y1: Double(top), x2: Double((last.upperBound - 1) / height + 1),
      y2: Double(bottom + 1))
  }

  static func pixelCount(width: Int, height: Int) throws(MaskError) -> Int {
    let (count, isTooMany) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !isTooMany, count <= mostPixels else {
      throw .tooManyPixels(width: width, height: height)
    }
    return count
  }
}

/// Runs in order, joined where they overlap or touch.
struct OrderedRuns {
  private(set) var runs: [Range<Int>] = []
  /// Pixels in all of them.
  private(set) var area = 0
  /// The end of the last.
  private(set) var end = 0

  /// - Precondition: no run that was appended before begins later.
  mutating func append(_ run: Range<Int>) {
    if run.isEmpty { return }
    if let last = runs.last, run.lowerBound <= end {
      guard run.upperBound > end else { return }
      runs[runs.count - 1] = last.lowerBound..<run.upperBound
      area += run.upperBound - end
    } else {
      runs.append(run)
      area += run.count
    }
    end = run.upperBound
  }
}

/// Takes the lengths of runs one after the other, the first outside.
struct RunLengths {
  let pixelCount: Int
  private var runs = OrderedRuns()
  private var total = 0
  private var isInside = false

  init(pixelCount: Int) { self.pixelCount = pixelCount }

  mutating func append(_ length: Int) throws(MaskError) {
    guard length >= 0 else { throw .negativeLength(length) }
    let (end, isTooMany) = total.addingReportingOverflow(length)
    guard !isTooMany, end <= pixelCount else { throw .tooLong(expected: pixelCount) }
    if isInside { runs.append(total..<end) }
    total = end
    isInside.toggle()
  }

  func finished() throws(MaskError) -> OrderedRuns {
    guard total == pixelCount else { throw .tooShort(total, expected: pixelCount) }
    return runs
  }
}
