/// The loss of raw outputs (logits) that say which of several classes, background among them, something is of: minus the
/// logarithm of the right class's probability by softmax (Fast R-CNN, Girshick 2015, eq. 1).
public enum CrossEntropyLoss {
  /// The share of each e^logit in the sum of all, in [0, 1].
  public static func softmax(_ logits: [Double]) -> [Double] {
    let powers = powers(logits, largest: logits.max() ?? 0)
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The loss and its gradient with respect to every logit.
  ///
  /// - Parameter label: index of the right class.
  public static func valueAndGradient(_ logits: [Double], label: Int) -> (value: Double, gradient: [Double]) {
    let largest = logits.max() ?? 0
    let powers = powers(logits, largest: largest)
    let sum = powers.reduce(0, +)
    return (
      sum.logarithm() + largest - logits[label],
      powers.indices.map { powers[$0] / sum - ($0 == label ? 1 : 0) }
    )
  }

  /// Less the largest logit, so that no power is infinite.
  private static func powers(_ logits: [Double], largest: Double) -> [Double] {
    logits.map { ($0 - largest).exponential() }
  }
}

/// The loss of a raw output (logit) that says whether something is there, as for the objectness of an anchor (Faster R-CNN,
/// Ren et al. 2015, section 3.1.2): cross-entropy of the logistic function.
public enum BinaryCrossEntropyLoss {
  /// The loss and its derivative, both finite for every finite logit.
  ///
  /// - Parameter target: in [0, 1].
  @inlinable
  public static func valueAndSlope(_ logit: Double, target: Double) -> (value: Double, slope: Double) {
    (
      max(logit, 0) - logit * target + (1 + (-abs(logit)).exponential()).logarithm(),
      1 / (1 + (-logit).exponential()) - target
    )
  }
}
