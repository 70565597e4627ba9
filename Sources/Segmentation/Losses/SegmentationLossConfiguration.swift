import DetectionUtilities
import Models

/// What a segmenter's training makes small: a sum of up to three losses, each with its weight.
public struct SegmentationLossConfiguration: Codable, Sendable, Hashable {
  /// Weight of the cross-entropy.
  public var crossEntropy = 1.0
  /// Weight of the Dice loss.
  public var dice = 0.0
  /// Weight of the focal loss.
  public var focal = 0.0
  /// γ of the focal loss: how much less pixels count of which the network is sure (Lin et al. 2017, equation 4).
  public var focusing = 2.0
  /// What the classes weigh in cross-entropy and focal loss.
  public var classWeights = ClassWeighting.equal
  /// What pixels between two cells weigh in cross-entropy and focal loss beside their class.
  public var border = BorderWeightConfiguration()
  /// Weight of the auxiliary head's losses, where there is one.
  public var auxiliary = 0.5

  public init() {}

  /// Files from before there were border weights do not name them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    crossEntropy = try values.decode(Double.self, forKey: .crossEntropy)
    dice = try values.decode(Double.self, forKey: .dice)
    focal = try values.decode(Double.self, forKey: .focal)
    focusing = try values.decode(Double.self, forKey: .focusing)
    classWeights = try values.decode(ClassWeighting.self, forKey: .classWeights)
    border = try values.decodeIfPresent(BorderWeightConfiguration.self, forKey: .border) ?? border
    auxiliary = try values.decode(Double.self, forKey: .auxiliary)
  }

  /// What the classes weigh.
  public enum ClassWeighting: String, Codable, Sendable, CaseIterable {
    /// All the same.
    case equal
    /// 1 / ln(1.02 + p) for a class with the share p of the labelled pixels (ENet, Paszke et al. 2016, section 5.2): rare classes
    /// weigh up to 50 times as much as one that is everywhere.
    case logarithmic
    /// The median of the classes' shares over a class's own (Eigen & Fergus 2015, section 6.3.2, over the whole set).
    case medianFrequency

    public init(from decoder: any Decoder) throws { self = try decoder.choice() }

    /// A weight for every class; a class without a pixel weighs nothing.
    ///
    /// - Parameter pixelCounts: by class, of the training labels.
    public func weights(pixelCounts: [Int]) -> [Float] {
      let total = Double(max(1, pixelCounts.reduce(0, +)))
      let shares = pixelCounts.map { Double($0) / total }
      switch self {
      case .equal: return pixelCounts.map { _ in 1 }
      case .logarithmic: return shares.map { $0 > 0 ? Float(1 / (1.02 + $0).logarithm()) : 0 }
      case .medianFrequency:
        let present = shares.filter { $0 > 0 }.sorted()
        guard !present.isEmpty else { return pixelCounts.map { _ in 0 } }
        let middle = (present[(present.count - 1) / 2] + present[present.count / 2]) / 2
        return shares.map { $0 > 0 ? Float(middle / $0) : 0 }
      }
    }
  }

  /// Throws what is wrong with settings that came from a file.
  func validate() throws(SegmenterConfigurationError) {
    for (key, value) in [
      ("crossEntropy", crossEntropy), ("dice", dice), ("focal", focal), ("auxiliary", auxiliary),
    ] where !(0...1000).contains(value) {
      throw SegmenterConfigurationError(key: "loss.\(key)", expected: "a weight from 0 to 1000, not \(value)")
    }
    if !(0...10).contains(focusing) {
      throw SegmenterConfigurationError(key: "loss.focusing", expected: "a number from 0 to 10, not \(focusing)")
    }
    try border.validate()
    if crossEntropy + dice + focal == 0 {
      throw SegmenterConfigurationError(
        key: "loss", expected: "a weight above 0 for one of crossEntropy, dice and focal")
    }
  }
}

extension SegmentationLoss {
  public init(_ configuration: SegmentationLossConfiguration, classWeights: [Float]) {
    var terms = Terms()
    (terms.crossEntropy, terms.dice) = (configuration.crossEntropy, configuration.dice)
    (terms.focal, terms.focusing) = (configuration.focal, configuration.focusing)
    self.init(terms, classWeights: classWeights)
  }
}
