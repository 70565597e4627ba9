import ComputeGraph

/// Which residual network, and how wide.
public struct ResNetConfiguration: Codable, Hashable, Sendable {
  public enum Depth: Int, Codable, Sendable, CaseIterable {
    case resNet18 = 18
    case resNet34 = 34
    case resNet50 = 50
    case resNet101 = 101
    case resNet152 = 152
  }

  /// 18, 34, 50, 101 or 152 layers.
  public var depth: Depth = .resNet18
  /// Factor on every layer's channels; 1 is the published network. Channels are rounded to multiples of 16.
  public var widthMultiplier: Double = 1

  public init() {}

  public init(depth: Depth, widthMultiplier: Double = 1) {
    self.depth = depth
    self.widthMultiplier = widthMultiplier
  }
}

/// The residual network of He et al. 2015 with torchvision's structure (stride in the 3×3 convolution of a
/// bottleneck) and parameter names, up to its last residual stage.
///
/// Returns the maps C2 to C5 with strides 4, 8, 16 and 32, unless ``outputStride`` is smaller.
public struct ResNet: Sendable {
  public var configuration: ResNetConfiguration
  /// What batch normalisation adds to the variance.
  public var normalizationEpsilon: Float
  /// Put before every parameter name, such as "backbone.body.".
  public var prefix: String
  /// Stride of the coarsest map: 32, 16 or 8. Stages that would go beyond it keep the rows and columns, and from their second
  /// block on the taps of their kernels lie twice as far apart instead (Yu & Koltun 2015), as torchvision's
  /// `replace_stride_with_dilation` has it. Parameters are the same.
  public var outputStride: Int

  public init(
    _ configuration: ResNetConfiguration, normalizationEpsilon: Float = 1e-5, prefix: String = "",
    outputStride: Int = 32
  ) {
    precondition(configuration.widthMultiplier > 0, "a width multiplier is above zero")
    precondition([8, 16, 32].contains(outputStride), "a ResNet's output stride is 8, 16 or 32, not \(outputStride)")
    self.outputStride = outputStride
    self.configuration = configuration
    self.normalizationEpsilon = normalizationEpsilon
    self.prefix = prefix
  }

  /// C2, C3, C4, C5.
  public var featureMaps: [FeatureMapSpecification] {
    (0..<4).map { FeatureMapSpecification(channels: outputChannels(stage: $0), stride: min(4 << $0, outputStride)) }
  }

  /// Residual blocks per stage.
  var blockCounts: [Int] {
    switch configuration.depth {
    case .resNet18: [2, 2, 2, 2]
    case .resNet34, .resNet50: [3, 4, 6, 3]
    case .resNet101: [3, 4, 23, 3]
    case .resNet152: [3, 8, 36, 3]
    }
  }

  private var hasBottlenecks: Bool {
    switch configuration.depth {
    case .resNet18, .resNet34: false
    case .resNet50, .resNet101, .resNet152: true
    }
  }

  private func width(_ channels: Int) -> Int {
    max(16, Int((Double(channels) * configuration.widthMultiplier / 16).rounded()) * 16)
  }

  private func outputChannels(stage: Int) -> Int { width(64 << stage) * (hasBottlenecks ? 4 : 1) }

  /// `images` has three channels.
  public func callAsFunction(_ images: Value) -> [Value] {
    let stem = width(64)
    var x = convolution("conv1", 3, stem, kernelSize: 7, stride: 2)(images)
    x = normalization("bn1", stem)(x).relu()
    x = x.maxPooled(kernelSize: 3, stride: 2, padding: 1)
    var channels = stem
    var maps: [Value] = []
    var dilation = 1
    for stage in 0..<4 {
      let isDilated = 4 << stage > outputStride
      for block in 0..<blockCounts[stage] {
        let stride = stage > 0 && block == 0 && !isDilated ? 2 : 1
        if isDilated, block == 1 { dilation *= 2 }
        let name = "layer\(stage + 1).\(block)"
        x =
          hasBottlenecks
          ? bottleneck(
            name, x, inputChannels: channels, width: width(64 << stage), stride: stride,
            dilation: dilation)
          : basicBlock(
            name, x, inputChannels: channels, width: width(64 << stage), stride: stride,
            dilation: dilation)
        channels = outputChannels(stage: stage)
      }
      maps.append(x)
    }
    return maps
  }

  private func basicBlock(
    _ name: String, _ x: Value, inputChannels: Int, width: Int, stride: Int, dilation: Int
  ) -> Value {
    var y = convolution(
      "\(name).conv1", inputChannels, width, kernelSize: 3, stride: stride, dilation: dilation)(x)
    y = normalization("\(name).bn1", width)(y).relu()
    y = convolution("\(name).conv2", width, width, kernelSize: 3, dilation: dilation)(y)
    y = normalization("\(name).bn2", width)(y)
    return (y + shortcut(name, x, inputChannels, width, stride)).relu()
  }

  private func bottleneck(
    _ name: String, _ x: Value, inputChannels: Int, width: Int, stride: Int, dilation: Int
  ) -> Value {
    var y = convolution("\(name).conv1", inputChannels, width, kernelSize: 1)(x)
    y = normalization("\(name).bn1", width)(y).relu()
    y = convolution("\(name).conv2", width, width, kernelSize: 3, stride: stride, dilation: dilation)(y)
    y = normalization("\(name).bn2", width)(y).relu()
    y = convolution("\(name).conv3", width, 4 * width, kernelSize: 1)(y)
    y = normalization("\(name).bn3", 4 * width)(y)
    return (y + shortcut(name, x, inputChannels, 4 * width, stride)).relu()
  }

  /// Identity where shapes agree, else a 1×1 projection.
  private func shortcut(_ name: String, _ x: Value, _ input: Int, _ output: Int, _ stride: Int) -> Value {
    if stride == 1 && input == output { return x }
    let projected = convolution("\(name).downsample.0", input, output, kernelSize: 1, stride: stride)(x)
    return normalization("\(name).downsample.1", output)(projected)
  }

  private func normalization(_ name: String, _ channels: Int) -> BatchNormalization {
    BatchNormalization(prefix + name, channels: channels, epsilon: normalizationEpsilon)
  }

  private func convolution(
    _ name: String, _ input: Int, _ output: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1
  ) -> Convolution {
    Convolution(
      prefix + name, inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: dilation * (kernelSize / 2), dilation: dilation, hasBias: false)
  }
}
