internal import COneDNN
import ComputeGraph
import Tensors

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

extension ConvolutionGeometry {
  /// Layout of `weightShape` in the terms of the kernels, which keep groups on an axis of their own.
  public var plainWeightLayout: TensorLayout {
    let dense: TensorShape = [outputChannels, inputChannels, kernelHeight, kernelWidth]
    let grouped: TensorShape = [
      groups, outputChannels / groups, inputChannels / groups, kernelHeight, kernelWidth,
    ]
    return TensorLayout(isTransposed ? .inputMajor : .plain, shape: groups > 1 ? grouped : dense)
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
      pdn_convolution_create(&shape, direction.code, source.handle, destination.handle), from: [source, destination],
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
