import DetectionUtilities
import Models

/// Cross-entropy of a batch's logits against distributions over classes, with label smoothing (Szegedy et al. 2016, section 7):
/// every target is (1 − ε) of what it was and ε of all classes alike. As PyTorch's `CrossEntropyLoss(label_smoothing:)`, the
/// mean over the images.
public struct SoftTargetLoss: Sendable, Hashable {
  /// ε, at least 0 and below 1.
  public var smoothing: Double

  public init(smoothing: Double = 0) {
    precondition((0..<1).contains(smoothing), "smoothing is at least 0 and below 1, not \(smoothing)")
    self.smoothing = smoothing
  }

  /// The loss and its gradient with respect to every logit; not finite where a logit is not.
  ///
  /// - Parameters:
  ///   - logits: images × classes, row-major.
  ///   - targets: one an image, of classes that there are.
  /// - Complexity: O(logits).
  public func valueAndGradient(
    _ logits: [Float], targets: [ClassTarget]
  ) -> (value: Float, gradient: [Float]) {
    precondition(
      !targets.isEmpty && logits.count % targets.count == 0, "\(logits.count) logits, \(targets.count) targets")
    let classCount = logits.count / targets.count
    let (imageCount, share) = (Double(targets.count), smoothing / Double(classCount))
    var gradient = [Float](repeating: 0, count: logits.count)
    var total = 0.0
    for (image, target) in targets.enumerated() {
      let first = image * classCount
      let scores = ClassScores(logits: Array(logits[first..<first + classCount]))
      let best = scores.mostProbable
      // log Σ eˣ, from the most probable class, whose probability is never rounded to 0.
      let logSum = Double(scores.logits[best]) - scores.probabilities[best].logarithm()
      for (index, probability) in scores.probabilities.enumerated() {
        total += share * (logSum - Double(scores.logits[index]))
        gradient[first + index] = Float((probability - share) / imageCount)
      }
      for entry in target.shares {
        let weight = Double(entry.weight) * (1 - smoothing)
        total += weight * (logSum - Double(scores.logits[entry.classIndex]))
        gradient[first + entry.classIndex] -= Float(weight / imageCount)
      }
    }
    return (Float(total / imageCount), gradient)
  }
}
