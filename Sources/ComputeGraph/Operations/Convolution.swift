import Tensors

/// 2-D convolution; see ``ConvolutionGeometry`` for the size of its output. Parameters `NAME.weight`, `NAME.bias`.
public struct Convolution: Sendable {
  public var name: String
  public var geometry: ConvolutionGeometry
  public var hasBias: Bool

  /// The settings of PyTorch's `Conv2d`, in its order.
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
    x.declare("\(name).weight", geometry.weightShape, .weight)
    if let bias { x.declare(bias, [geometry.outputChannels], .bias) }
    return x.applying(
      ConvolutionOperation(geometry: geometry, weight: "\(name).weight", bias: bias), name: name)
  }
}

/// A convolution in a graph. Names are parameter names.
public struct ConvolutionOperation: Operation {
  public var geometry: ConvolutionGeometry
  public var weight: String
  public var bias: String?
  /// Set by the inference passes. With ``ConvolutionEpilogue/addsDestination`` the node has a second input, which is added.
  public var epilogue = ConvolutionEpilogue()

  public var title: String { geometry.isTransposed ? "transposed convolution" : "convolution" }
  public var trainableParameters: [String] { [weight, bias].compactMap(\.self) }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape {
    let input = inputs[0]
    try ShapeMismatch.check(input.rank == 4 && input[1] == geometry.inputChannels, "N×\(geometry.inputChannels)×H×W")
    let output = try TensorShape.windowed(
      images: input[0], channels: geometry.outputChannels,
      height: geometry.outputExtent(input[2], kernel: geometry.kernelHeight),
      width: geometry.outputExtent(input[3], kernel: geometry.kernelWidth))
    try ShapeMismatch.check(inputs.count == 1 || inputs[1] == output, "a sum of two values of one shape, \(output)")
    return output
  }

  public func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int {
    geometry.floatingPointOperations(input: input, output: output)
  }

  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    let (kernel, stride) = (geometry.kernelHeight, geometry.stride)
    if geometry.isTransposed { return field.windowed(kernel: (kernel - 1) / stride + 1, stride: 1 / Double(stride)) }
    return field.windowed(kernel: geometry.dilation * (kernel - 1) + 1, stride: Double(stride))
  }

  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? {
    let kernel = axis == 2 ? geometry.kernelHeight : geometry.kernelWidth
    let (stride, padding, reach) = (geometry.stride, geometry.padding, geometry.dilation * (kernel - 1))
    guard geometry.isTransposed else {
      return range.lowerBound * stride - padding...range.upperBound * stride - padding + reach
    }
    // Element i reaches the results i · stride − padding and so on, `reach` further.
    let first = -((reach - range.lowerBound - padding).flooredQuotient(by: stride))
    return first...max(first, (range.upperBound + padding).flooredQuotient(by: stride))
  }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    var attributes: [ONNXAttribute] = [
      .integers("kernel_shape", [geometry.kernelHeight, geometry.kernelWidth]),
      .integers("strides", [geometry.stride, geometry.stride]),
      .integers("pads", [Int](repeating: geometry.padding, count: 4)),
      .integers("dilations", [geometry.dilation, geometry.dilation]),
      .integer("group", geometry.groups),
    ]
    if geometry.isTransposed {
      attributes.append(.integers("output_padding", [geometry.outputPadding, geometry.outputPadding]))
    }
    let weights = trainableParameters.map { writer.parameter($0) }
    var result = writer.add(geometry.isTransposed ? "ConvTranspose" : "Conv", [writer.input] + weights, attributes)
    if epilogue.addsDestination { result = writer.add("Add", [result, writer.input(1)]) }
    if let activation = epilogue.activation { result = activation.writeONNX(of: result, to: &writer) }
    return result
  }
}

/// Everything about a 2-D convolution but the sizes of its maps.
public struct ConvolutionGeometry: Hashable, Sendable {
  public var inputChannels: Int
  public var outputChannels: Int
  /// Height and width of the kernel.
  public var kernelSize: (height: Int, width: Int) { (kernelHeight, kernelWidth) }
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var stride: Int
  /// Rows and columns of zeros on each side.
  public var padding: Int
  /// Distance of the kernel's taps; 1 is dense.
  public var dilation: Int
  /// Channels are split in so many independent convolutions; `inputChannels` of them make it depthwise.
  public var groups: Int
  /// A transposed convolution: the gradient of a convolution with respect to its input, used forward.
  public var isTransposed: Bool
  /// Extra rows and columns at the far side of a transposed convolution's output.
  public var outputPadding: Int

  /// The settings of PyTorch's `Conv2d` and `ConvTranspose2d`, in their order.
  public init(
    inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, isTransposed: Bool = false, outputPadding: Int = 0
  ) {
    precondition(
      inputChannels > 0 && outputChannels > 0 && kernelSize > 0 && stride > 0 && padding >= 0 && dilation > 0
        && groups > 0 && inputChannels % groups == 0 && outputChannels % groups == 0 && outputPadding >= 0,
      "not a convolution: \(inputChannels) to \(outputChannels) channels in \(groups) groups, kernel \(kernelSize), "
        + "stride \(stride), padding \(padding), dilation \(dilation)")
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    kernelHeight = kernelSize
    kernelWidth = kernelSize
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.isTransposed = isTransposed
    self.outputPadding = outputPadding
  }

  /// Extent of the output along an axis of extent `input`: (W − F + 2P)/S + 1 with F = dilation · (kernel − 1) + 1;
  /// transposed: (W − 1) · S − 2P + F + output padding. Zero or less when the kernel does not fit.
  public func outputExtent(_ input: Int, kernel: Int) -> Int {
    let reach = dilation * (kernel - 1) + 1
    if isTransposed { return (input - 1) * stride - 2 * padding + reach + outputPadding }
    let room = input - reach + 2 * padding
    return room < 0 ? 0 : room / stride + 1
  }

  /// Shape of the kernel as PyTorch stores it: O × I/groups × H × W, transposed I × O/groups × H × W.
  public var weightShape: TensorShape {
    isTransposed
      ? [inputChannels, outputChannels / groups, kernelHeight, kernelWidth]
      : [outputChannels, inputChannels / groups, kernelHeight, kernelWidth]
  }

  /// Multiply-add pairs count as two operations.
  public func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int {
    let positions = isTransposed ? input[0] * input[2] * input[3] : output[0] * output[2] * output[3]
    return 2 * positions * inputChannels / groups * outputChannels * kernelHeight * kernelWidth
  }
}

/// What a forward convolution does to its result before storing it.
public struct ConvolutionEpilogue: Hashable, Sendable {
  /// Adds what the destination holds.
  public var addsDestination: Bool
  public var activation: Activation?

  public init(addsDestination: Bool = false, activation: Activation? = nil) {
    self.addsDestination = addsDestination
    self.activation = activation
  }
}
