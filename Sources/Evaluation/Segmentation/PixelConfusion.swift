import ImageCodecs

/// How often pixels of each class are said to be of each, over any number of label maps.
public struct PixelConfusion: Sendable, Hashable {
  public let classCount: Int
  /// By class shown and class said, row-major.
  public private(set) var counts: [Int]

  public init(classCount: Int) {
    self.classCount = classCount
    counts = [Int](repeating: 0, count: classCount * classCount)
  }

  /// Adds a map's pixels, but for those that the truth ignores. A pixel that is labelled, and of which the prediction says
  /// nothing (`LabelMap.ignored`), counts as wrong for its class, and for no other.
  ///
  /// - Precondition: both maps have one size, and their indices are those of classes, or ignored.
  public mutating func add(truth: LabelMap, prediction: LabelMap) {
    precondition(truth.size == prediction.size, "labels of \(truth.size) and of \(prediction.size)")
    let width = classCount
    unsaid = unsaid ?? [Int](repeating: 0, count: width)
    for (shown, said) in zip(truth.indices, prediction.indices) where shown != LabelMap.ignored {
      precondition(Int(shown) < width, "class \(shown) of \(width)")
      if said == LabelMap.ignored {
        unsaid?[Int(shown)] += 1
      } else {
        precondition(Int(said) < width, "class \(said) of \(width)")
        counts[Int(shown) * width + Int(said)] += 1
      }
    }
  }

  /// Labelled pixels of each class of which the prediction says nothing.
  public var unsaidCounts: [Int] { unsaid ?? [Int](repeating: 0, count: classCount) }
  private var unsaid: [Int]?

  public static func += (left: inout PixelConfusion, right: PixelConfusion) {
    precondition(left.classCount == right.classCount, "confusions of other classes")
    for index in left.counts.indices { left.counts[index] += right.counts[index] }
    left.unsaid = zip(left.unsaidCounts, right.unsaidCounts).map(+)
  }

  /// Labelled pixels that show a class.
  public func shown(_ index: Int) -> Int {
    (0..<classCount).reduce(unsaidCounts[index]) { $0 + counts[index * classCount + $1] }
  }

  /// Labelled pixels that are said to show a class.
  public func said(_ index: Int) -> Int { (0..<classCount).reduce(0) { $0 + counts[$1 * classCount + index] } }

  /// Pixels of a class that are said to be of another, or of it.
  public subscript(shown: Int, said: Int) -> Int { counts[shown * classCount + said] }
}
