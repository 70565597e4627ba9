import Models

/// What a classifier said of one labelled image.
public struct ClassifiedPrediction: Sendable, Hashable, Codable {
  /// The image's name in its set.
  public var image: String
  /// Index of the class that it shows.
  public var truth: Int
  /// Indices of the most probable classes, best first; five at most.
  public var best: [Int]
  /// Of the most probable class.
  public var confidence: Double
  /// Of the class that it shows.
  public var truthProbability: Double

  public init(image: String, truth: Int, scores: ClassScores) {
    self.image = image
    self.truth = truth
    best = scores.best(5)
    confidence = scores.probabilities[best[0]]
    truthProbability = scores.probabilities[truth]
  }

  /// The most probable class.
  public var predicted: Int { best[0] }
  public var isRight: Bool { predicted == truth }
  public var isAmongFive: Bool { best.contains(truth) }
  /// −log of the shown class's probability. No probability is 0, but for rounding.
  var surprise: Double { -max(truthProbability, 1e-300).logarithm() }
}
