internal import COneDNN
import ComputeGraph
import Tensors

extension OneDNN {
  /// Whether there are 8-bit kernels at all, which depends on oneDNN's version.
  public static var hasByteKernels: Bool { pdn_has_byte_kernels() }
  /// Whether the processor adds up products of bytes without 16-bit sums in between (VNNI). Without it weights have
  /// 7 bits, lest those sums saturate.
  public static var hasByteDotProduct: Bool { pdn_has_byte_dot_product() }
}

/// What an 8-bit convolution does to its integer sums before storing them.
public struct QuantizedEpilogue: Hashable, Sendable {
  /// For each output channel what the sum, bias included, is multiplied with.
  public var scales: [Float]
  /// What the destination's old content, of its own type, is multiplied with before it is added; nil where it is not.
  public var sumScale: Float?
  public var activation: Activation?
  /// What the activation's result is multiplied with.
  public var finalScale: Float

  public init(
    scales: [Float], sumScale: Float? = nil, activation: Activation? = nil, finalScale: Float = 1
  ) {
    self.scales = scales
    self.sumScale = sumScale
    self.activation = activation
    self.finalScale = finalScale
  }
}

extension Kernel {
  /// destination = final scale · activation(scales · (source ∗ weights + bias) + sum scale · destination), rounded to
  /// nearest even and saturated where the destination holds bytes.
  ///
  /// Roles: source (bytes, channels-last), weights (signed bytes in the kernel's own order), bias (f32, in units of
  /// 1/scale), destination (bytes or floats, channels-last). Throws when oneDNN has no compiled kernel for it: what it
  /// would do instead takes a hundred times as long.
  ///
  /// - Precondition: not transposed, and one scale for each output channel.
  public static func quantizedConvolution(
    _ geometry: ConvolutionGeometry, source: TensorLayout, destination: TensorLayout, hasBias: Bool,
    epilogue: QuantizedEpilogue
  ) throws(KernelError) -> Kernel {
    precondition(!geometry.isTransposed && epilogue.scales.count == geometry.outputChannels, "not an 8-bit convolution")
    var shape = description(
      geometry, source: source, destination: destination, hasBias: hasBias,
      epilogue: ConvolutionEpilogue(addsDestination: epilogue.sumScale != nil, activation: epilogue.activation))
    let handle = epilogue.scales.withUnsafeBufferPointer { scales in
      var quantization = pdn_quantization(
        scales: scales.baseAddress, sum_scale: epilogue.sumScale ?? 0, final_scale: epilogue.finalScale)
      return pdn_quantized_convolution_create(&shape, &quantization, source.handle, destination.handle)
    }
    let kernel = try Kernel(
      handle, from: [source, destination], "8-bit convolution of \(source.shape) to \(destination.shape)")
    guard kernel.implementation.hasPrefix("jit") || kernel.implementation.hasPrefix("brg") else {
      throw KernelError(
        message: "8-bit convolution of \(source.shape) to \(destination.shape): oneDNN \(OneDNN.version) has no kernel "
          + "for it on \(OneDNN.instructionSet)")
    }
    return kernel
  }

  /// What weights are to be multiplied with before they are rounded, for sources of a type: where bytes are signed and
  /// there is no VNNI, oneDNN halves the weights that it packs.
  public static func quantizedWeightFactor(source: ElementType) -> Float {
    source == .signedByte && !OneDNN.hasByteDotProduct ? 2 : 1
  }

  /// Copies a tensor into another layout and element type, multiplied with one scale, or with one for each index of
  /// the first `axes` axes taken together; bytes are rounded to nearest even and saturate. Roles: source, destination.
  public static func reorder(
    from source: TensorLayout, to destination: TensorLayout, scales: [Float], axes: Int = 0
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_scaling_reorder_create(source.handle, destination.handle, Int32(axes), Int64(scales.count), scales),
      from: [source, destination],
      "change of layout and scale of \(source.shape)")
  }
}
