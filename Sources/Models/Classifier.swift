import DetectionUtilities

/// A model that says what an image shows as a whole: all that evaluation and the command line know of a classifier.
public protocol Classifier: VisionModel where Prediction == ClassScores {}

/// What a classifier says of an image.
public struct ClassScores: Sendable, Hashable {
  /// The network's raw output for every class; a constant added to all changes nothing.
  public let logits: [Float]
  /// By class, above 0 and together 1 (softmax of ``logits``).
  public let probabilities: [Double]

  /// - Precondition: there is a class, and all logits are finite.
  public init(logits: [Float]) {
    precondition(!logits.isEmpty, "an image is of one of no classes")
    self.logits = logits
    probabilities = CrossEntropyLoss.softmax(logits.map(Double.init))
  }

  /// Indices of the most probable classes, best first; of equal ones the first.
  public func best(_ count: Int) -> [Int] {
    if count == 1 { return [mostProbable] }
    return Array(logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }.prefix(count))
  }

  /// Index of the most probable class; of equal ones the first.
  public var mostProbable: Int {
    var best = 0
    for (index, logit) in logits.enumerated() where logit > logits[best] { best = index }
    return best
  }
}
