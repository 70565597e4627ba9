import DetectionUtilities

/// How often a classifier is right, and how well it knows how sure it may be.
public struct ClassificationResult: Sendable, Codable {
  /// A share of images with its 95 % interval.
  public struct Rate: Sendable, Codable, Hashable {
    public var right: Int
    public var count: Int
    /// In [0, 1]; 0 of no image.
    public var value: Double
    /// Wilson's score interval (1927), which holds for few images and for shares near 0 and 1 too.
    public var low: Double
    public var high: Double

    public init(right: Int, of count: Int) {
      self.right = right
      self.count = count
      value = count > 0 ? Double(right) / Double(count) : 0
      (low, high) = Self.wilson(value, Double(count))
    }

    private static func wilson(_ share: Double, _ count: Double) -> (Double, Double) {
      guard count > 0 else { return (0, 1) }
      // The normal distribution's 97.5 % quantile.
      let z = 1.959963984540054
      let center = share + z * z / (2 * count)
      let reach = z * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
      let scale = 1 + z * z / count
      return (max(0, (center - reach) / scale), min(1, (center + reach) / scale))
    }
  }

  /// One class.
  public struct ClassFigures: Sendable, Codable, Hashable {
    public var name: String
    /// Of the images that show the class those that are said to.
    public var recall: Rate
    /// Of the images that are said to show the class those that do.
    public var precision: Rate
    /// 2 · precision · recall / (precision + recall); 0 where both are.
    public var f1: Double
  }

  /// Images whose confidence lies in one range.
  public struct CalibrationBin: Sendable, Codable, Hashable {
    public var low: Double
    public var high: Double
    public var count: Int
    /// Mean probability of the most probable class.
    public var confidence: Double
    /// How often that class is right.
    public var accuracy: Double
  }

  public let classNames: [String]
  public let topOne: Rate
  public let topFive: Rate
  public let classes: [ClassFigures]
  /// By class shown and class said: how many images; empty of more than ``mostConfusedClasses``.
  public let confusion: [[Int]]
  /// What is taken for what, the most frequent first.
  public let confusions: [Confusion]
  /// Mean distance of confidence and accuracy over the bins, weighted by their images (Guo et al. 2017, equation 3).
  public let expectedCalibrationError: Double
  public let calibration: [CalibrationBin]
  /// Mean of −log of the shown class's probability.
  public let crossEntropy: Double
  /// The wrong images, the most confident first.
  public let mistakes: [ClassifiedPrediction]
  /// Nil where none were asked for.
  public var intervals: ClassificationIntervals?

  /// Images of one class that are said to show another.
  public struct Confusion: Sendable, Codable, Hashable {
    public var truth: Int
    public var said: Int
    public var count: Int
  }

  /// Most classes of which there is a matrix of their confusion.
  public static let mostConfusedClasses = 1000
  /// Bins of equal width from 0 to 1.
  public static let binCount = 15

  /// - Precondition: every class index is a place in `classNames`.
  public init(_ predictions: [ClassifiedPrediction], classNames: [String]) {
    self.classNames = classNames
    topOne = Rate(right: predictions.count(where: \.isRight), of: predictions.count)
    topFive = Rate(right: predictions.count(where: \.isAmongFive), of: predictions.count)
    (confusion, confusions) = Self.confusion(predictions, classCount: classNames.count)
    classes = Self.figures(predictions, classNames: classNames)
    calibration = Self.bins(predictions)
    let total = Double(max(1, predictions.count))
    expectedCalibrationError = calibration.reduce(0) {
      $0 + abs($1.confidence - $1.accuracy) * Double($1.count) / total
    }
    crossEntropy = predictions.reduce(0) { $0 + $1.surprise } / total
    mistakes = predictions.filter { !$0.isRight }.sorted { ($1.confidence, $0.image) < ($0.confidence, $1.image) }
  }

  private static func confusion(
    _ predictions: [ClassifiedPrediction], classCount: Int
  ) -> (matrix: [[Int]], pairs: [Confusion]) {
    let side = classCount <= mostConfusedClasses ? classCount : 0
    var matrix = [[Int]](repeating: [Int](repeating: 0, count: side), count: side)
    // By the place in a matrix.
    var pairs: [Int: Int] = [:]
    for prediction in predictions {
      if side > 0 { matrix[prediction.truth][prediction.predicted] += 1 }
      if !prediction.isRight {
        pairs[prediction.truth * classCount + prediction.predicted, default: 0] += 1
      }
    }
    let counted = pairs.map { Confusion(truth: $0 / classCount, said: $0 % classCount, count: $1) }
    return (matrix, counted.sorted { ($1.count, $0.truth, $0.said) < ($0.count, $1.truth, $1.said) })
  }

  private static func figures(_ predictions: [ClassifiedPrediction], classNames: [String]) -> [ClassFigures] {
    let none = [Int](repeating: 0, count: classNames.count)
    var (shown, said, right) = (none, none, none)
    for prediction in predictions {
      shown[prediction.truth] += 1
      said[prediction.predicted] += 1
      if prediction.isRight { right[prediction.truth] += 1 }
    }
    return classNames.indices.map { index in
      let recall = Rate(right: right[index], of: shown[index])
      let precision = Rate(right: right[index], of: said[index])
      let sum = recall.value + precision.value
      return ClassFigures(
        name: classNames[index], recall: recall, precision: precision,
        f1: sum > 0 ? 2 * recall.value * precision.value / sum : 0)
    }
  }

  /// The bin of a confidence.
  static func bin(of confidence: Double) -> Int { min(Int(confidence * Double(binCount)), binCount - 1) }

  private static func bins(_ predictions: [ClassifiedPrediction]) -> [CalibrationBin] {
    var members = [[ClassifiedPrediction]](repeating: [], count: binCount)
    for prediction in predictions {
      members[bin(of: prediction.confidence)].append(prediction)
    }
    return members.enumerated().map { index, members in
      let count = Double(max(1, members.count))
      return CalibrationBin(
        low: Double(index) / Double(binCount), high: Double(index + 1) / Double(binCount), count: members.count,
        confidence: members.reduce(0) { $0 + $1.confidence } / count,
        accuracy: Double(members.count(where: \.isRight)) / count)
    }
  }
}
