/// Precision and recall of one class as the score threshold falls, one point per detection.
///
/// Detections at equal scores keep the order in which they were given.
public struct PrecisionRecallCurve: Hashable, Sendable {
  /// Descending; NaN last.
  public let scores: [Double]
  /// True positives over ground truth, rising, in [0, 1].
  public let recall: [Double]
  /// True positives over detections so far, in [0, 1].
  public let precision: [Double]
  /// Objects that were there to be found.
  public let groundTruthCount: Int

  /// `scores` and `isTruePositive` are of equal length, in any order. Detections to be ignored are left out by the caller.
  ///
  /// - Complexity: O(n log n).
  public init(scores: [Double], isTruePositive: [Bool], groundTruthCount: Int) {
    precondition(scores.count == isTruePositive.count, "as many outcomes as scores")
    precondition(groundTruthCount >= 0, "a count is not negative")
    let order = StableScoreOrder.descending(scores)
    var truePositives = 0
    var recall: [Double] = []
    var precision: [Double] = []
    recall.reserveCapacity(order.count)
    precision.reserveCapacity(order.count)
    for (rank, index) in order.enumerated() {
      if isTruePositive[index] { truePositives += 1 }
      recall.append(groundTruthCount > 0 ? Double(truePositives) / Double(groundTruthCount) : 0)
      precision.append(Double(truePositives) / Double(rank + 1))
    }
    self.scores = order.map { scores[$0] }
    self.recall = recall
    self.precision = precision
    self.groundTruthCount = groundTruthCount
  }

  /// For each point the best precision at its recall or a higher one, which falls from left to right.
  public var precisionEnvelope: [Double] {
    var envelope = precision
    for index in envelope.indices.dropLast().reversed() {
      envelope[index] = max(envelope[index], envelope[index + 1])
    }
    return envelope
  }
}
