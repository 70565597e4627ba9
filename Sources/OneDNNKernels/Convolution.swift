internal import COneDNN
import Tensors

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

  /// Layout of ``weightShape`` in the terms of the kernels, which keep groups on an axis of their own.
  public var plainWeightLayout: TensorLayout {
    let dense: TensorShape = [outputChannels, inputChannels, kernelHeight, kernelWidth]
    let grouped: TensorShape = [
      groups, outputChannels / groups, inputChannels / groups, kernelHeight, kernelWidth,
    ]
    return TensorLayout(isTransposed ? .inputMajor : .plain, shape: groups > 1 ? grouped : dense)
  }

  /// Multiply-add pairs count as two operations.
  public func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int {
    let positions = isTransposed ? input[0] * input[2] * input[3] : output[0] * output[2] * output[3]
    return 2 * positions * inputChannels / groups * outputChannels * kernelHeight * kernelWidth
  }
}

/// How a convolution is computed.
public enum ConvolutionAlgorithm: Hashable, Sendable {
  case direct
  /// Winograd's minimal filtering F(m×m, 3×3) (Lavin & Gray 2015, §4): stride 1, undilated, ungrouped, channels
  /// in whole blocks, AVX-512. Rounding is larger than the direct algorithm's, mostly for m = 4.
  case winograd(tile: Int)

  var code: pdn_algorithm {
    switch self {
    case .direct: PDN_DIRECT
    case .winograd(let tile): tile == 2 ? PDN_WINOGRAD_2 : PDN_WINOGRAD_4
    }
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

extension Kernel {
  /// Roles: forward source, weights, bias, destination; backward data source gradient, weights, destination
  /// gradient; backward weights source, weights gradient, bias gradient, destination gradient.
  ///
  /// The maps' layouts are the caller's, the weights' layout is the kernel's choice. Throws when there is no such
  /// implementation, which for Winograd is usual.
  public static func convolution(
    _ geometry: ConvolutionGeometry, _ direction: Direction, source: TensorLayout, destination: TensorLayout,
    hasBias: Bool, algorithm: ConvolutionAlgorithm = .direct, epilogue: ConvolutionEpilogue = .init()
  ) throws(KernelError) -> Kernel {
    var shape = description(
      geometry, source: source, destination: destination, hasBias: hasBias, epilogue: epilogue)
    shape.algorithm = algorithm.code
    return try Kernel(
      pdn_convolution_create(&shape, direction.code, source.handle, destination.handle),
      "convolution of \(source.shape) to \(destination.shape)")
  }

  /// A convolution in the shim's terms.
  static func description(
    _ geometry: ConvolutionGeometry, source: TensorLayout, destination: TensorLayout, hasBias: Bool,
    epilogue: ConvolutionEpilogue
  ) -> pdn_convolution {
    var shape = pdn_convolution()
    shape.batch = Int64(source.shape[0])
    shape.input_channels = Int64(geometry.inputChannels)
    shape.input_height = Int64(source.shape[2])
    shape.input_width = Int64(source.shape[3])
    shape.output_channels = Int64(geometry.outputChannels)
    shape.output_height = Int64(destination.shape[2])
    shape.output_width = Int64(destination.shape[3])
    shape.kernel_height = Int64(geometry.kernelHeight)
    shape.kernel_width = Int64(geometry.kernelWidth)
    shape.stride_height = Int64(geometry.stride)
    shape.stride_width = Int64(geometry.stride)
    shape.padding_top = Int64(geometry.padding)
    shape.padding_left = Int64(geometry.padding)
    let far = farPadding(geometry, source: source.shape, destination: destination.shape)
    shape.padding_bottom = Int64(far.bottom)
    shape.padding_right = Int64(far.right)
    shape.dilation_height = Int64(geometry.dilation)
    shape.dilation_width = Int64(geometry.dilation)
    shape.groups = Int64(geometry.groups)
    shape.has_bias = hasBias
    shape.transposed = geometry.isTransposed
    shape.adds_destination = epilogue.addsDestination
    if let (kind, alpha, beta) = epilogue.activation?.code {
      shape.activation = kind
      shape.alpha = alpha
      shape.beta = beta
    }
    return shape
  }

  /// The padding behind the last row and column that makes oneDNN's exact size equation hold; it is smaller than
  /// the geometry's where the stride does not reach the end, and negative for an output padding.
  private static func farPadding(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> (bottom: Int, right: Int) {
    func far(_ input: Int, _ output: Int, _ kernel: Int) -> Int {
      let reach = geometry.dilation * (kernel - 1) + 1
      let (long, short) = geometry.isTransposed ? (output, input) : (input, output)
      return (short - 1) * geometry.stride + reach - long - geometry.padding
    }
    return (
      far(source[2], destination[2], geometry.kernelHeight), far(source[3], destination[3], geometry.kernelWidth)
    )
  }
}
