import DetectionUtilities
import Models
import Tensors

/// What a classifier decides from its logits: every class, with its probability.
public struct LabelDecisionHead: DecisionHead {
  public init() {}

  /// The most probable classes first, of equal ones the first.
  public func decisions(_ outputs: [Tensor], options: DetectionOptions) -> [Decision] {
    let scores = ClassScores(logits: outputs[0].values)
    return scores.best(options.maximumDetections).map {
      Decision.label(classIndex: $0, score: scores.probabilities[$0])
    }.filter { $0.score >= options.confidence }
  }

  /// Of the class's logit (Selvaraju et al. 2017, section 3): 1 at its place; nil for a class that there is not.
  public func scoreGradient(of decision: Decision, outputs: [Tensor]) -> [Tensor]? {
    guard case .label(let classIndex, _) = decision, (0..<outputs[0].elementCount).contains(classIndex) else {
      return nil
    }
    var gradient = Tensor(zeros: outputs[0].shape)
    gradient[classIndex] = 1
    return [gradient]
  }
}
