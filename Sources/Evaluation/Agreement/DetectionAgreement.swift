import DetectionUtilities

/// What two programs found in one image, box by box: which boxes are the same, and where they differ.
///
/// Detections are paired one to one within a class, the one with the highest score first. Those within the tolerances
/// are the same; of the others, two that overlap by ``objectOverlap`` or more are taken for the same object and their
/// difference is told; what is left was found by one side only.
///
/// Detectors drop what lies below the lowest score to compare. A detection that lies above it by no more than the
/// tolerance of scores may therefore be missing on the other side although both programs computed the same, give or take
/// rounding. Such a one does not count as a difference, nor as a box.
public struct DetectionAgreement: Hashable, Sendable {
  public struct Tolerances: Codable, Hashable, Sendable {
    /// Detections with a lower score are ignored.
    public var confidence: Double
    /// Largest distance of two corresponding sides, pixels.
    public var box: Double
    public var score: Double

    public init(confidence: Double = 0.05, box: Double = 0.05, score: Double = 1e-3) {
      self.confidence = confidence
      self.box = box
      self.score = score
    }
  }

  /// Two detections of one object.
  public struct Pair: Hashable, Sendable {
    public let left: Detection
    public let right: Detection

    public init(left: Detection, right: Detection) {
      self.left = left
      self.right = right
    }

    /// Largest distance of two corresponding sides, pixels.
    public var boxDifference: Double {
      let (a, b) = (left.box, right.box)
      return max(abs(a.x1 - b.x1), abs(a.y1 - b.y1), abs(a.x2 - b.x2), abs(a.y2 - b.y2))
    }

    public var scoreDifference: Double { abs(left.score - right.score) }

    func isWithin(_ tolerances: Tolerances) -> Bool {
      boxDifference <= tolerances.box && scoreDifference <= tolerances.score
    }
  }

  public enum Difference: Hashable, Sendable {
    /// Both sides found the object, with another box or score.
    case both(Pair)
    case onlyLeft(Detection)
    case onlyRight(Detection)

    /// The higher score, where both sides have one.
    public var score: Double {
      switch self {
      case .both(let pair): max(pair.left.score, pair.right.score)
      case .onlyLeft(let detection), .onlyRight(let detection): detection.score
      }
    }
  }

  /// IoU from which two boxes beyond the tolerances are taken for one object: more than suppression leaves of one side's
  /// own.
  public static let objectOverlap = 0.5

  /// In descending score of the left side.
  public let agreeing: [Pair]
  /// In descending score.
  public let differences: [Difference]

  /// - Parameters:
  ///   - left: in any order.
  ///   - right: in any order, classes by the same indices.
  /// - Complexity: O(*n* · *m*) for *n* and *m* detections of a class.
  public init(_ left: [Detection], _ right: [Detection], tolerances: Tolerances = Tolerances()) {
    var pairing = DetectionAgreementPairing(left, right, lowest: tolerances.confidence)
    agreeing = pairing.take { pair in
      pair.isWithin(tolerances) ? (-pair.boxDifference, -pair.scoreDifference) : nil
    }
    let changed = pairing.take { pair in
      let overlap = pair.left.box.iou(with: pair.right.box)
      return overlap >= Self.objectOverlap ? (overlap, -pair.scoreDifference) : nil
    }
    func isClear(_ detection: Detection) -> Bool { detection.score > tolerances.confidence + tolerances.score }
    differences =
      (changed.map(Difference.both) + pairing.left.filter(isClear).map(Difference.onlyLeft)
      + pairing.right.filter(isClear).map(Difference.onlyRight)).sorted(by: Self.precedes)
  }

  /// Descending score; of equal ones, the order in which they were found.
  private static func precedes(_ first: Difference, _ second: Difference) -> Bool { first.score > second.score }

  /// Boxes of the left side that count.
  public var leftCount: Int { agreeing.count + differences.count { if case .onlyRight = $0 { false } else { true } } }
  /// Boxes of the right side that count.
  public var rightCount: Int { agreeing.count + differences.count { if case .onlyLeft = $0 { false } else { true } } }

  /// All pairs, those that agree first.
  var pairs: [Pair] { agreeing + differences.compactMap { if case .both(let pair) = $0 { pair } else { nil } } }
}
