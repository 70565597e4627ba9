internal import CConvolutions
import ComputeGraph
import Tensors

/// A depthwise convolution by this package's own kernels, on maps in blocks of channels: forward, and the gradients of its
/// input, weights and bias.
///
/// One kernel of 3×3 or 5×5 cells for every channel, undilated, with stride 1 or 2.
package struct BlockedDepthwise {
  private let shape: pbk_depthwise
  /// The convolution of the output's gradient that gives the input's, with stride 1.
  private let mirrored: pbk_depthwise

  /// Nil for what these kernels cannot do.
  package init?(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape, activation: Activation? = nil
  ) {
    let kernel = geometry.kernelHeight
    // A single channel is no depthwise convolution: a network's input of one is not in blocks.
    guard geometry.groups > 1, geometry.groups == geometry.inputChannels,
      geometry.outputChannels == geometry.inputChannels,
      geometry.dilation == 1, !geometry.isTransposed, kernel == geometry.kernelWidth, kernel == 3 || kernel == 5,
      geometry.stride == 1 || geometry.stride == 2, geometry.padding < kernel,
      let (kind, alpha, beta) = BlockedConvolution.code(activation),
      // Channels beyond the last must stay zero.
      geometry.outputChannels % OneDNN.channelBlock == 0 || kind != PBK_CLIP
    else { return nil }
    var shape = pbk_depthwise()
    (shape.batch, shape.channels) = (Int32(source[0]), Int32(source[1]))
    (shape.input_height, shape.input_width) = (Int32(source[2]), Int32(source[3]))
    (shape.output_height, shape.output_width) = (Int32(destination[2]), Int32(destination[3]))
    (shape.kernel, shape.stride, shape.padding) = (Int32(kernel), Int32(geometry.stride), Int32(geometry.padding))
    (shape.block, shape.threads) = (Int32(OneDNN.channelBlock), Int32(KernelThreads.count))
    var mirrored = shape
    (mirrored.input_height, mirrored.output_height) = (shape.output_height, shape.input_height)
    (mirrored.input_width, mirrored.output_width) = (shape.output_width, shape.input_width)
    mirrored.padding = shape.kernel - 1 - shape.padding
    self.mirrored = mirrored
    (shape.activation, shape.alpha, shape.beta) = (kind, alpha, beta)
    self.shape = shape
  }

  /// As benchmarks show it.
  package var implementation: String { "depthwise" }
  /// Whether the gradient of the input reads the kernels' cells in reverse.
  package var mirrorsWeightsForGradient: Bool { shape.stride == 1 }

  package var weightByteCount: Int {
    withUnsafePointer(to: shape, pbk_depthwise_weights_count) * MemoryLayout<Float>.stride
  }
  package var biasByteCount: Int { withUnsafePointer(to: shape, pbk_depthwise_bias_count) * MemoryLayout<Float>.stride }
  package var gradientScratchByteCount: Int {
    withUnsafePointer(to: shape, pbk_depthwise_gradient_scratch_count) * MemoryLayout<Float>.stride
  }

  /// - Precondition: weights of the geometry's shape, room for ``weightByteCount`` bytes.
  package func packWeights(_ weights: Tensor, mirrored: Bool, to packed: UnsafeMutableRawPointer) {
    weights.withUnsafeBufferPointer {
      var shape = shape
      pbk_depthwise_pack_weights(&shape, mirrored, $0.baseAddress, packed.assumingMemoryBound(to: Float.self))
    }
  }

  package func packBias(_ bias: Tensor, to packed: UnsafeMutableRawPointer) {
    bias.withUnsafeBufferPointer {
      var shape = shape
      pbk_depthwise_pack_bias(&shape, $0.baseAddress, packed.assumingMemoryBound(to: Float.self))
    }
  }

  /// Computes activation(convolution + bias + addend); the addend may be the destination.
  package func run(
    source: UnsafeRawPointer, weights: UnsafeRawPointer, bias: UnsafeRawPointer, addend: UnsafeRawPointer?,
    destination: UnsafeMutableRawPointer
  ) {
    var shape = shape
    pbk_depthwise_run(
      &shape, source.assumingMemoryBound(to: Float.self), weights.assumingMemoryBound(to: Float.self),
      bias.assumingMemoryBound(to: Float.self), addend?.assumingMemoryBound(to: Float.self),
      destination.assumingMemoryBound(to: Float.self))
  }

  /// The gradient of the source.
  ///
  /// - Parameters:
  ///   - weights: packed, mirrored where ``mirrorsWeightsForGradient`` says so.
  ///   - zeros: ``biasByteCount`` bytes of zeros.
  package func sourceGradient(
    _ gradient: UnsafeRawPointer, weights: UnsafeRawPointer, zeros: UnsafeRawPointer,
    result: UnsafeMutableRawPointer
  ) {
    let (gradient, weights) = (
      gradient.assumingMemoryBound(to: Float.self), weights.assumingMemoryBound(to: Float.self)
    )
    let result = result.assumingMemoryBound(to: Float.self)
    if mirrorsWeightsForGradient {
      var mirrored = mirrored
      pbk_depthwise_run(&mirrored, gradient, weights, zeros.assumingMemoryBound(to: Float.self), nil, result)
    } else {
      var shape = shape
      pbk_depthwise_source_gradient(&shape, gradient, weights, result)
    }
  }

  /// Writes the gradients of the weights, C × 1 × kernel × kernel, and of the bias.
  package func weightsGradient(
    source: UnsafeRawPointer, gradient: UnsafeRawPointer, weights: UnsafeMutableRawPointer,
    bias: UnsafeMutableRawPointer?, scratch: UnsafeMutableRawPointer
  ) {
    var shape = shape
    pbk_depthwise_weights_gradient(
      &shape, source.assumingMemoryBound(to: Float.self), gradient.assumingMemoryBound(to: Float.self),
      weights.assumingMemoryBound(to: Float.self), bias?.assumingMemoryBound(to: Float.self),
      scratch.assumingMemoryBound(to: Float.self))
  }
}
