internal import CConvolutions
import ComputeGraph
import Tensors

/// A convolution by this package's own kernels, on maps in blocks of channels: what ``Kernel`` is to oneDNN's.
///
/// Dense, with square kernels.
package struct BlockedConvolution {
  /// How the sums are formed.
  package enum Method: Hashable, Sendable {
    /// One product of pixels and weights for every cell of the kernel.
    case gemm
    /// Minimal filtering F(m×m, 3×3) (Lavin & Gray 2015, §4) with m = `tile`: 2, 4 or 6 with stride 1, 2 or 4 with
    /// stride 2. With `group` > 0 a thread takes so many tiles through all steps; with 0 the threads share every step.
    case winograd(tile: Int, group: Int)
  }

  /// What is done with activation(convolution + bias) before anything is written.
  package enum FusedEpilogue: Hashable, Sendable {
    /// The largest of every two by two cells, of a map with even sides; for Winograd.
    case pooling
    /// Another map is added.
    case addition
  }

  /// What packed weights depend on: equal forms of one parameter are the same bytes.
  package struct Form: Hashable {
    /// Side of Winograd's tiles; 0 for products.
    var tile: Int
    /// Of tiles.
    var stride: Int
    var isDataGradient: Bool
  }

  package let method: Method
  let shape: pbk_convolution
  private let weightShape: TensorShape

  /// Nil for what these kernels cannot do.
  ///
  /// - Parameters:
  ///   - destination: of the convolution, before what follows.
  ///   - epilogue: nil for nothing: what is written is activation(convolution + bias + addend).
  ///   - isDataGradient: whether the weights are those of the convolution whose gradient this one computes.
  package init?(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, activation: Activation?,
    method: Method, epilogue: FusedEpilogue? = nil, isDataGradient: Bool = false
  ) {
    let block = OneDNN.channelBlock
    guard geometry.groups == 1, !geometry.isTransposed,
      geometry.kernelHeight == geometry.kernelWidth, geometry.kernelHeight <= 7,
      let (kind, alpha, beta) = Self.code(activation),
      // Channels beyond the last must stay zero.
      geometry.outputChannels % block == 0 || kind != PBK_CLIP
    else { return nil }
    var shape = pbk_convolution(geometry, source: source, destination: destination)
    (shape.activation, shape.alpha, shape.beta) = (kind, alpha, beta)
    if case .winograd(let tile, let group) = method {
      guard geometry.kernelHeight == 3, geometry.dilation == 1,
        geometry.stride == 1 || geometry.stride == 2 && tile < 6 && !isDataGradient
      else {
        return nil
      }
      (shape.tile, shape.tile_group) = (Int32(tile), Int32(group))
    }
    if epilogue == .pooling {
      guard case .winograd = method, destination[2] % 2 == 0, destination[3] % 2 == 0 else { return nil }
    }
    shape.pools = epilogue == .pooling
    shape.activates_first = epilogue == .addition
    shape.mirrored = isDataGradient
    self.shape = shape
    self.method = method
    var weightShape = geometry.weightShape
    if isDataGradient { (weightShape[0], weightShape[1]) = (weightShape[1], weightShape[0]) }
    self.weightShape = weightShape
  }

  /// Nil for activations that these kernels do not have.
  static func code(_ activation: Activation?) -> (pbk_activation, Float, Float)? {
    switch activation {
    case nil: (PBK_NO_ACTIVATION, 0, 0)
    case .relu(let slope): (PBK_RELU, slope, 0)
    case .clip(let low, let high): (PBK_CLIP, low, high)
    case .hardSwish: (PBK_HARD_SWISH, 0, 0)
    case .silu: (PBK_SILU, 0, 0)
    default: nil
    }
  }

  /// As benchmarks show it.
  package var implementation: String {
    switch method {
    case .gemm: "gemm"
    case .winograd(let tile, let group): group > 0 ? "winograd \(tile)×\(tile), by tiles" : "winograd \(tile)×\(tile)"
    }
  }

  /// Whether the addend may be the destination's memory: not where products write sums over it before it is added.
  package var canOverwriteAddend: Bool { !shape.activates_first || method != .gemm }

  package var form: Form {
    Form(tile: Int(shape.tile), stride: shape.tile > 0 ? Int(shape.stride) : 1, isDataGradient: shape.mirrored)
  }

  package var weightByteCount: Int { withShape { pbk_weights_count($0) } * MemoryLayout<Float>.stride }
  package var biasByteCount: Int { withShape { pbk_bias_count($0) } * MemoryLayout<Float>.stride }
  package var scratchByteCount: Int { withShape { pbk_scratch_count($0) } * MemoryLayout<Float>.stride }

  /// - Precondition: weights of the geometry's shape or the same in fewer axes, room for ``weightByteCount`` bytes.
  package func packWeights(_ weights: Tensor, to packed: UnsafeMutableRawPointer) {
    precondition(weights.shape.elementCount == weightShape.elementCount, "weights \(weights.shape) for \(weightShape)")
    weights.withUnsafeBufferPointer { values in
      withShape { pbk_pack_weights($0, values.baseAddress, packed.assumingMemoryBound(to: Float.self)) }
    }
  }

  /// Nil is a bias of zeros.
  package func packBias(_ bias: Tensor?, to packed: UnsafeMutableRawPointer) {
    let packed = packed.assumingMemoryBound(to: Float.self)
    guard let bias else { return withShape { pbk_pack_bias($0, nil, packed) } }
    bias.withUnsafeBufferPointer { values in
      withShape { pbk_pack_bias($0, values.baseAddress, packed) }
    }
  }

  /// Computes activation(convolution + bias + addend), or what follows it.
  package func run(
    source: UnsafeRawPointer, weights: UnsafeRawPointer, bias: UnsafeRawPointer, addend: UnsafeRawPointer?,
    destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer?
  ) {
    withShape {
      pbk_run(
        $0, source.assumingMemoryBound(to: Float.self), weights.assumingMemoryBound(to: Float.self),
        bias.assumingMemoryBound(to: Float.self), addend?.assumingMemoryBound(to: Float.self),
        destination.assumingMemoryBound(to: Float.self), scratch?.assumingMemoryBound(to: Float.self))
    }
  }

  private func withShape<Result>(_ body: (UnsafePointer<pbk_convolution>) -> Result) -> Result {
    withUnsafePointer(to: shape, body)
  }
}

extension pbk_convolution {
  /// As products, without activation.
  init(_ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape) {
    self.init()
    batch = Int32(source[0])
    (input_channels, output_channels) = (Int32(source[1]), Int32(destination[1]))
    (input_height, input_width) = (Int32(source[2]), Int32(source[3]))
    (output_height, output_width) = (Int32(destination[2]), Int32(destination[3]))
    kernel = Int32(geometry.kernelHeight)
    stride = Int32(geometry.stride)
    padding = Int32(geometry.padding)
    dilation = Int32(geometry.dilation)
    block = Int32(OneDNN.channelBlock)
    threads = Int32(KernelThreads.count)
  }
}
