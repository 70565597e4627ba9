import ComputeGraph

/// A score for every class at the finest map of a feature pyramid (Kirillov et al. 2019, "Panoptic Feature Pyramid Networks",
/// section 3.1): every map is brought to the finest one's size by 3×3 convolutions, each followed by bilinear doubling, and what
/// comes out is added up.
///
/// Other than in the paper, which has group normalisation, batch normalisation follows the convolutions. Parameter names are
/// `PREFIXsemantic.LEVEL.STEP.0` (convolution) and `.1` (normalisation), and `PREFIXsemantic.scores`.
public struct SemanticHead: Sendable {
  /// Maps of the pyramid, finest first, all of one width.
  public var inputs: [FeatureMapSpecification]
  /// Of the convolutions; 128 in the paper.
  public var channels: Int
  public var classCount: Int
  public var prefix: String

  /// - Precondition: there is a map, and strides rise.
  public init(inputs: [FeatureMapSpecification], channels: Int, classCount: Int, prefix: String = "") {
    precondition(
      !inputs.isEmpty && zip(inputs, inputs.dropFirst()).allSatisfy { $0.stride < $1.stride },
      "a semantic head wants maps whose strides rise")
    self.inputs = inputs
    self.channels = channels
    self.classCount = classCount
    self.prefix = prefix
  }

  /// Scores at the finest map's size: N×C×H×W of every map to N×classes×H×W.
  public func callAsFunction(_ maps: [Value]) -> Value {
    precondition(maps.count == inputs.count, "\(maps.count) maps for a semantic head of \(inputs.count)")
    var sum = block(level: 0, step: 0, maps[0])
    for level in maps.indices.dropFirst() {
      var x = maps[level]
      for (step, finer) in (0..<level).reversed().enumerated() {
        x = block(level: level, step: step, x).resized(like: maps[finer])
      }
      sum = sum + x
    }
    return Convolution(
      "\(prefix)semantic.scores", inputChannels: channels, outputChannels: classCount, kernelSize: 1)(sum)
  }

  private func block(level: Int, step: Int, _ x: Value) -> Value {
    let name = "\(prefix)semantic.\(level).\(step)"
    let convolution = Convolution(
      "\(name).0", inputChannels: step == 0 ? inputs[level].channels : channels, outputChannels: channels,
      kernelSize: 3, padding: 1, hasBias: false)
    return BatchNormalization("\(name).1", channels: channels)(convolution(x)).relu()
  }
}
