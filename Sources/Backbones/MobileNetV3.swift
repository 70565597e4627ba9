import ComputeGraph

/// The network of Howard et al. 2019 (tables 1 and 2) under torchvision's parameter names, up to its last convolution.
///
/// Returns the maps that torchvision offers a pyramid: the output of each block that halves the resolution, at strides
/// 4, 8, 16 and 32, and that of the last convolution, again at stride 32; with a smaller ``outputStride`` none is coarser.
public struct MobileNetV3: Sendable {
  public enum Size: Sendable, CaseIterable {
    case large
    case small
  }

  public var size: Size
  public var widthMultiplier: Double
  public var normalizationEpsilon: Float
  /// Put before every parameter name, such as "backbone.body.".
  public var prefix: String
  /// Stride of the coarsest maps: 32, or 16 where the last three blocks keep the rows and columns and the taps of their kernels
  /// lie twice as far apart instead, as torchvision's `dilated` has it. Parameters are the same.
  public var outputStride: Int

  /// - Parameters:
  ///   - widthMultiplier: factor on every layer's channels, which are rounded to multiples of 8.
  ///   - normalizationEpsilon: 1e-3 in torchvision's classifiers, 1e-5 in its detectors.
  public init(
    _ size: Size, widthMultiplier: Double = 1, normalizationEpsilon: Float = 1e-3, prefix: String = "",
    outputStride: Int = 32
  ) {
    precondition(widthMultiplier > 0, "a width multiplier is above zero")
    precondition([16, 32].contains(outputStride), "a MobileNet's output stride is 16 or 32, not \(outputStride)")
    self.outputStride = outputStride
    self.size = size
    self.widthMultiplier = widthMultiplier
    self.normalizationEpsilon = normalizationEpsilon
    self.prefix = prefix
  }

  public var featureMaps: [FeatureMapSpecification] {
    let blocks = size.blocks
    let ends = blocks.indices.filter { blocks[$0].stride == 2 }.map { width(blocks[$0].outputChannels) }
    let last = 6 * width(blocks[blocks.count - 1].outputChannels)
    // The small network's first block halves too; its stem leaves stride 2.
    return zip(ends + [last], [4, 8, 16, 32, 32]).map {
      FeatureMapSpecification(channels: $0, stride: min($1, outputStride))
    }
  }

  /// `images` has three channels.
  public func callAsFunction(_ images: Value) -> [Value] {
    var channels = width(16)
    var x = normalised("0", images, 3, channels, kernelSize: 3, stride: 2).hardSwish()
    var maps: [Value] = []
    for (index, block) in size.blocks.enumerated() {
      let isDilated = outputStride < 32 && index + 3 >= size.blocks.count
      x = residual("\(index + 1)", x, inputChannels: channels, block, dilation: isDilated ? 2 : 1)
      channels = width(block.outputChannels)
      if block.stride == 2 { maps.append(x) }
    }
    x = normalised("\(size.blocks.count + 1)", x, channels, 6 * channels, kernelSize: 1).hardSwish()
    return maps + [x]
  }

  /// Section 5: expansion, depthwise convolution, squeeze and excitation, projection.
  private func residual(
    _ name: String, _ x: Value, inputChannels: Int, _ block: InvertedResidual, dilation: Int
  ) -> Value {
    let (expanded, output) = (width(block.expandedChannels), width(block.outputChannels))
    func activated(_ value: Value) -> Value { block.hasHardSwish ? value.hardSwish() : value.relu() }
    var part = 0
    func next() -> String {
      defer { part += 1 }
      return "\(name).block.\(part)"
    }
    var y = x
    if expanded != inputChannels { y = activated(normalised(next(), y, inputChannels, expanded, kernelSize: 1)) }
    y = activated(
      normalised(
        next(), y, expanded, expanded, kernelSize: block.kernelSize, stride: dilation > 1 ? 1 : block.stride,
        dilation: dilation, groups: expanded))
    if block.hasSqueeze { y = squeezed(next(), y, channels: expanded) }
    y = normalised(next(), y, expanded, output, kernelSize: 1)
    return block.stride == 1 && inputChannels == output ? y + x : y
  }

  /// Every channel is weighted by what the whole map says (Hu et al. 2017, section 3).
  private func squeezed(_ name: String, _ x: Value, channels: Int) -> Value {
    let narrow = Self.divisible(Double(channels / 4))
    let inner = Convolution("\(prefix)\(name).fc1", inputChannels: channels, outputChannels: narrow, kernelSize: 1)
    let outer = Convolution("\(prefix)\(name).fc2", inputChannels: narrow, outputChannels: channels, kernelSize: 1)
    return x * outer(inner(x.globallyAveraged()).relu()).hardSigmoid()
  }

  private func normalised(
    _ name: String, _ x: Value, _ input: Int, _ output: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1,
    groups: Int = 1
  ) -> Value {
    let y = Convolution(
      "\(prefix)\(name).0", inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: dilation * (kernelSize / 2), dilation: dilation, groups: groups, hasBias: false)(x)
    return BatchNormalization("\(prefix)\(name).1", channels: output, epsilon: normalizationEpsilon)(y)
  }

  private func width(_ channels: Int) -> Int { Self.divisible(Double(channels) * widthMultiplier) }

  /// The nearest multiple of 8 that takes no more than a tenth away.
  private static func divisible(_ channels: Double) -> Int {
    let rounded = max(8, Int(channels + 4) / 8 * 8)
    return Double(rounded) < 0.9 * channels ? rounded + 8 : rounded
  }
}
