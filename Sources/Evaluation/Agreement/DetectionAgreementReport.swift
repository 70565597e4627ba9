import DetectionUtilities

/// The ``DetectionAgreement`` of many images: how many boxes agree, and where the sides differ first and most.
public struct DetectionAgreementReport: Sendable {
  /// A difference, or a pair that agrees, and where it is.
  public struct Place: Hashable, Sendable {
    public var image: String
    public var difference: DetectionAgreement.Difference
  }

  /// What the left side is called.
  public let left: String
  public let right: String
  public let classNames: [String]
  public let tolerances: DetectionAgreement.Tolerances
  /// In the order in which they were added.
  public private(set) var images: [(name: String, comparison: DetectionAgreement)] = []

  public init(
    left: String, right: String, classNames: [String],
    tolerances: DetectionAgreement.Tolerances = DetectionAgreement.Tolerances()
  ) {
    self.left = left
    self.right = right
    self.classNames = classNames
    self.tolerances = tolerances
  }

  /// Compares what both sides found in one image, classes by their index in ``classNames``.
  public mutating func add(_ image: String, left: [Detection], right: [Detection]) {
    images.append((image, DetectionAgreement(left, right, tolerances: tolerances)))
  }

  public var agreeingCount: Int { sum(\.agreeing.count) }
  public var leftCount: Int { sum(\.leftCount) }
  public var rightCount: Int { sum(\.rightCount) }
  /// Share of the left side's boxes that the right side has as well, in [0, 1]; 1 where there are none.
  public var leftShare: Double { leftCount > 0 ? Double(agreeingCount) / Double(leftCount) : 1 }
  /// Share of the right side's boxes that the left side has as well, in [0, 1]; 1 where there are none.
  public var rightShare: Double { rightCount > 0 ? Double(agreeingCount) / Double(rightCount) : 1 }

  /// Image by image, in each in descending score.
  public var differences: [Place] {
    images.flatMap { image in image.comparison.differences.map { Place(image: image.name, difference: $0) } }
  }

  /// The pair whose boxes lie farthest apart, within the tolerances or not; the first of equals.
  public var largestBoxDifference: Place? { largest(\.boxDifference) }
  /// The pair whose scores lie farthest apart, within the tolerances or not; the first of equals.
  public var largestScoreDifference: Place? { largest(\.scoreDifference) }

  private func sum(_ count: (DetectionAgreement) -> Int) -> Int { images.reduce(0) { $0 + count($1.comparison) } }

  private func largest(_ amount: (DetectionAgreement.Pair) -> Double) -> Place? {
    var found: (amount: Double, place: Place)?
    for (name, comparison) in images {
      for pair in comparison.pairs where found.map({ amount(pair) > $0.amount }) ?? true {
        found = (amount(pair), Place(image: name, difference: .both(pair)))
      }
    }
    return found?.place
  }
}
