import CPUKernels
import DetectionUtilities
import ImageCodecs
import Tensors

/// The losses of a batch's scores against label maps. Pixels whose label is ignored count for nothing.
///
/// With pₜ, the share of the right class by softmax, and w, the weight of that class, to which what the pixel weighs more may be
/// added (`BorderWeights` of segmenters):
/// - cross-entropy, Σ w · −ln pₜ / Σ w, as PyTorch's `CrossEntropyLoss(weight:ignore_index:)`;
/// - focal loss, Σ w · −(1 − pₜ)^γ · ln pₜ / Σ w (Lin et al. 2017, equation 4);
/// - Dice loss, 1 − the mean over the classes that the batch's labels show of (2 Σ p·t + 1) / (Σ p + Σ t + 1), t being 1 where
///   the class is and 0 elsewhere (Milletari et al. 2016, equation 1, without squares).
public struct SegmentationLoss: Sendable {
  /// What each loss weighs.
  public struct Terms: Sendable, Hashable {
    public var crossEntropy = 1.0
    public var dice = 0.0
    public var focal = 0.0
    /// γ of the focal loss.
    public var focusing = 2.0

    public init() {}
  }

  public let configuration: Terms
  /// By class.
  public let classWeights: [Float]

  public init(_ configuration: Terms = Terms(), classWeights: [Float]) {
    precondition(!classWeights.isEmpty, "a loss of no classes")
    self.configuration = configuration
    self.classWeights = classWeights
  }

  /// The losses, already weighted, and the gradient of their sum with respect to every score; not finite where a score is
  /// not. All are 0 where every pixel is ignored.
  ///
  /// - Parameters:
  ///   - scores: N×classes×H×W.
  ///   - labels: N maps of H×W, with indices of classes or the ignored value.
  ///   - addedWeights: of every image what each pixel weighs more than its class, row-major.
  ///   - weight: factor on everything.
  /// - Complexity: O(scores), on all kernel threads; the sums do not depend on how many there are.
  public func valueAndGradient(
    _ scores: Tensor, labels: [LabelMap], addedWeights: [[Float]]? = nil, weight: Double = 1
  ) -> (losses: [LossTerm], gradient: Tensor) {
    let shape = scores.shape
    precondition(
      shape.rank == 4 && shape[0] == labels.count && shape[1] == classWeights.count
        && labels.allSatisfy { $0.size == ImageSize(width: shape[3], height: shape[2]) },
      "scores \(shape) for \(labels.count) label maps and \(classWeights.count) classes")
    precondition(
      addedWeights.map { zip($0, labels).allSatisfy { $0.count == $1.indices.count } && $0.count == labels.count }
        ?? true,
      "a weight for every pixel")
    let batch = LabelledScores(shape: shape, labels: labels, addedWeights: addedWeights)
    var gradient = Tensor(zeros: shape)
    var sums = SegmentationSums(classCount: shape[1])
    gradient.withUnsafeMutableBufferPointer { shares in
      scores.withUnsafeBufferPointer { batch.softmax($0, into: shares) }
      sums = batch.sums(shares, classWeights: classWeights, focusing: Float(configuration.focusing))
      let slopes = slopes(sums, weight: weight)
      batch.differentiate(shares, slopes, classWeights: classWeights)
    }
    return (terms(sums, weight: weight), gradient)
  }

  private func terms(_ sums: SegmentationSums, weight: Double) -> [LossTerm] {
    let total = sums.weight > 0 ? sums.weight : 1
    var terms: [LossTerm] = []
    func add(_ name: String, _ factor: Double, _ value: Double) {
      if factor > 0 { terms.append(LossTerm(name: name, value: Float(weight * factor * value))) }
    }
    add("crossEntropy", configuration.crossEntropy, sums.crossEntropy / total)
    add("focal", configuration.focal, sums.focal / total)
    add("dice", configuration.dice, sums.diceLoss)
    return terms
  }

  private func slopes(_ sums: SegmentationSums, weight: Double) -> ScoreSlopes {
    let total = sums.weight > 0 ? sums.weight : 1
    let dice = sums.diceSlopes(factor: weight * configuration.dice)
    return ScoreSlopes(
      crossEntropy: Float(weight * configuration.crossEntropy / total),
      focal: Float(weight * configuration.focal / total), focusing: Float(configuration.focusing),
      diceOfShares: dice.ofShares, diceOfHits: dice.ofHits)
  }
}
