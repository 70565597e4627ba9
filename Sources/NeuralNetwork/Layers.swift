import OneDNNKernels

/// 2-D convolution; see `ConvolutionGeometry` for the size of its output. Parameters `NAME.weight`, `NAME.bias`.
public struct Convolution: Sendable {
  public var name: String
  public var geometry: ConvolutionGeometry
  public var hasBias: Bool

  public init(
    _ name: String, inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, groups: Int = 1, hasBias: Bool = true
  ) {
    self.name = name
    self.hasBias = hasBias
    geometry = ConvolutionGeometry(
      inputChannels: inputChannels, outputChannels: outputChannels, kernelSize: kernelSize, stride: stride,
      padding: padding, dilation: dilation, groups: groups)
  }

  public init(_ name: String, geometry: ConvolutionGeometry, hasBias: Bool) {
    self.name = name
    self.geometry = geometry
    self.hasBias = hasBias
  }

  public func callAsFunction(_ x: Value) -> Value {
    let bias = hasBias ? "\(name).bias" : nil
    x.builder.declare("\(name).weight", geometry.weightShape, .weight)
    if let bias { x.builder.declare(bias, [geometry.outputChannels], .bias) }
    let node = ConvolutionNode(geometry: geometry, weight: "\(name).weight", bias: bias)
    return x.builder.add(.convolution(node), [x], name: name)
  }
}

/// Batch normalisation over N, H, W. Parameters `NAME.weight` (γ), `.bias` (β), `.running_mean`, `.running_var`.
public struct BatchNormalization: Sendable {
  public var name: String
  public var channels: Int
  public var epsilon: Float
  public var momentum: Float

  public init(_ name: String, channels: Int, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.name = name
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public func callAsFunction(_ x: Value) -> Value {
    let node = BatchNormalizationNode(
      channels: channels, scale: "\(name).weight", shift: "\(name).bias", runningMean: "\(name).running_mean",
      runningVariance: "\(name).running_var", epsilon: epsilon, momentum: momentum)
    x.builder.declare(node.scale, [channels], .scale)
    x.builder.declare(node.shift, [channels], .shift)
    x.builder.declare(node.runningMean, [channels], .runningMean)
    x.builder.declare(node.runningVariance, [channels], .runningVariance)
    return x.builder.add(.batchNormalization(node), [x], name: name)
  }
}

/// Fully connected layer on N×F values. Parameters `NAME.weight` (output × input features), `NAME.bias`.
public struct InnerProduct: Sendable {
  public var name: String
  public var inputFeatures: Int
  public var outputFeatures: Int
  public var hasBias: Bool

  public init(_ name: String, inputFeatures: Int, outputFeatures: Int, hasBias: Bool = true) {
    self.name = name
    self.inputFeatures = inputFeatures
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  public func callAsFunction(_ x: Value) -> Value {
    let bias = hasBias ? "\(name).bias" : nil
    x.builder.declare("\(name).weight", [outputFeatures, inputFeatures], .weight)
    if let bias { x.builder.declare(bias, [outputFeatures], .bias) }
    let node = InnerProductNode(
      inputFeatures: inputFeatures, outputFeatures: outputFeatures, weight: "\(name).weight", bias: bias)
    return x.builder.add(.innerProduct(node), [x], name: name)
  }
}

// Layers without parameters are methods, so that a network reads in the order in which data flows.
extension Value {
  public func relu(slope: Float = 0) -> Value { add(.activation(.relu(slope: slope)), "relu") }
  public func silu() -> Value { add(.activation(.silu), "silu") }
  public func sigmoid() -> Value { add(.activation(.sigmoid), "sigmoid") }
  public func mish() -> Value { add(.activation(.mish), "mish") }
  public func hardSwish() -> Value { add(.activation(.hardSwish), "hardswish") }
  /// min(max(x/6 + 1/2, 0), 1).
  public func hardSigmoid() -> Value {
    activated(.linear(scale: 1.0 / 6, shift: 0.5)).activated(.clip(low: 0, high: 1))
  }
  public func activated(_ activation: Activation) -> Value { add(.activation(activation), "activation") }

  public func maxPooled(
    kernelSize: Int, stride: Int, padding: Int = 0, farPadding: Int? = nil, ceilMode: Bool = false
  ) -> Value {
    pooled(
      PoolingGeometry(
        kind: .maximum, kernelSize: kernelSize, stride: stride, padding: padding, farPadding: farPadding,
        ceilMode: ceilMode))
  }

  public func averagePooled(
    kernelSize: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false, countsPadding: Bool = true
  ) -> Value {
    pooled(
      PoolingGeometry(
        kind: .average(countsPadding: countsPadding), kernelSize: kernelSize, stride: stride, padding: padding,
        ceilMode: ceilMode))
  }

  public func pooled(_ geometry: PoolingGeometry) -> Value { add(.pooling(geometry), "pool") }
  /// Mean over all positions: N×C×1×1.
  public func globallyAveraged() -> Value { add(.globalAveragePooling, "average") }
  /// Softmax over the channels.
  public func softmax() -> Value { add(.softmax, "softmax") }
  /// Each element repeated `factor` times along both axes.
  public func upsampled(by factor: Int) -> Value { add(.upsampling(factor: factor), "upsample") }
  /// N×C×H×W → N×(C·H·W).
  public func flattened() -> Value { add(.flatten, "flatten") }
  /// Zeroes elements with probability `rate` in training.
  public func droppedOut(rate: Float) -> Value { add(.dropout(rate: rate), "dropout") }

  /// `count` channels from `first` on.
  public func channels(from first: Int, count: Int) -> Value {
    add(.channelSlice(first: first, count: count), "channels")
  }
  /// Squares of `stride`×`stride` cells as channels: N×C×H×W → N×(stride²·C)×(H/stride)×(W/stride), in Darknet's order.
  public func reorganized(stride: Int) -> Value {
    add(.rearrangement(.reorganization(stride: stride)), "reorganize")
  }
  /// The same elements in other places.
  public func rearranged(_ rearrangement: Rearrangement) -> Value { add(.rearrangement(rearrangement), "rearrange") }

  /// Channels of all the values, in order.
  public static func concatenated(_ values: [Value]) -> Value {
    precondition(!values.isEmpty, "a concatenation of nothing")
    return values[0].builder.add(.concatenation, values, name: "concatenate")
  }

  public static func + (left: Value, right: Value) -> Value {
    left.builder.add(.addition(relu: false), [left, right], name: "add")
  }

  /// Element by element; `right` may be one factor per channel, N×C×1×1, as in squeeze-and-excitation blocks.
  public static func * (left: Value, right: Value) -> Value {
    left.builder.add(.multiplication, [left, right], name: "multiply")
  }

  private func add(_ operation: Operation, _ name: String) -> Value {
    builder.add(operation, [self], name: name)
  }
}
