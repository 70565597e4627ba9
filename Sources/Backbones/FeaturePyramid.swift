import ComputeGraph

/// The feature pyramid of Lin et al. 2017 (§3): every map gets the meaning of the deeper ones through a top-down
/// path, at one width.
///
/// Parameter names are torchvision's: `fpn.inner_blocks.I.0`, `fpn.layer_blocks.I.0`, in the order of the maps.
public struct FeaturePyramid: Sendable {
  /// How a coarser map comes to the size of a finer one.
  public enum Enlargement: Sendable {
    /// Every element becomes four, as in the paper; sides of images are multiples of the coarsest stride.
    case doubling
    /// Bilinear interpolation to the finer map's size, whatever it is.
    case bilinear
  }

  public var inputs: [FeatureMapSpecification]
  public var channels: Int
  /// Batch normalisation behind every convolution, which training from scratch wants; torchvision has none.
  public var hasNormalization: Bool
  public var prefix: String
  public var enlargement: Enlargement

  /// - Precondition: strides double from map to map, or stay.
  public init(
    inputs: [FeatureMapSpecification], channels: Int, hasNormalization: Bool = false, prefix: String = "",
    enlargement: Enlargement = .doubling
  ) {
    precondition(
      !inputs.isEmpty
        && zip(inputs, inputs.dropFirst()).allSatisfy { [$0.stride, 2 * $0.stride].contains($1.stride) },
      "a pyramid wants maps whose strides double or stay")
    self.inputs = inputs
    self.channels = channels
    self.hasNormalization = hasNormalization
    self.prefix = prefix
    self.enlargement = enlargement
  }

  public var featureMaps: [FeatureMapSpecification] {
    inputs.map { FeatureMapSpecification(channels: channels, stride: $0.stride) }
  }

  public func callAsFunction(_ maps: [Value]) -> [Value] {
    precondition(maps.count == inputs.count, "\(maps.count) maps for a pyramid of \(inputs.count)")
    var result: [Value] = []
    var above: Value?
    for level in maps.indices.reversed() {
      var inner = block(
        "\(prefix)fpn.inner_blocks.\(level)", maps[level], inputChannels: inputs[level].channels, kernelSize: 1)
      if let above {
        inner = inner + enlarged(above, from: level + 1, like: inner)
      }
      above = inner
      result.append(
        block("\(prefix)fpn.layer_blocks.\(level)", inner, inputChannels: channels, kernelSize: 3))
    }
    return result.reversed()
  }

  private func enlarged(_ map: Value, from level: Int, like finer: Value) -> Value {
    guard inputs[level].stride > inputs[level - 1].stride else { return map }
    return enlargement == .doubling ? map.upsampled(by: 2) : map.resized(like: finer)
  }

  private func block(_ name: String, _ x: Value, inputChannels: Int, kernelSize: Int) -> Value {
    let y = Convolution(
      "\(name).0", inputChannels: inputChannels, outputChannels: channels, kernelSize: kernelSize,
      padding: kernelSize / 2, hasBias: !hasNormalization)(x)
    return hasNormalization ? BatchNormalization("\(name).1", channels: channels)(y) : y
  }
}
