internal import CConvolutions
import ComputeGraph
import Tensors

/// Batch normalisation of training with the activation behind it, in two passes over memory, by this package's own kernels
/// on maps in blocks of channels.
package struct BlockedNormalization {
  private let shape: pbk_normalization

  /// Nil for activations that these kernels do not have.
  package init?(_ map: TensorShape, epsilon: Float, activation: Activation?) {
    let block = OneDNN.channelBlock
    guard let (kind, alpha, beta) = BlockedConvolution.code(activation),
      // Channels beyond the last must stay zero.
      map[1] % block == 0 || kind != PBK_CLIP || alpha <= 0 && beta >= 0
    else { return nil }
    var shape = pbk_normalization()
    (shape.batch, shape.channels) = (Int32(map[0]), Int32(map[1]))
    shape.cells = Int32(map[2] * map[3])
    (shape.block, shape.threads) = (Int32(block), Int32(KernelThreads.count))
    shape.epsilon = epsilon
    (shape.activation, shape.alpha, shape.beta) = (kind, alpha, beta)
    self.shape = shape
  }

  package var scratchByteCount: Int {
    withUnsafePointer(to: shape, pbk_normalization_scratch_count) * MemoryLayout<Float>.stride
  }

  /// Vectors of one number a channel.
  package struct Vectors {
    var scale, shift, mean, variance: UnsafeMutableRawPointer

    package init(
      scale: UnsafeMutableRawPointer, shift: UnsafeMutableRawPointer, mean: UnsafeMutableRawPointer,
      variance: UnsafeMutableRawPointer
    ) {
      (self.scale, self.shift, self.mean, self.variance) = (scale, shift, mean, variance)
    }
  }

  /// Writes activation(normalised source · scale + shift), and the mean and the biased variance of the batch.
  package func run(
    source: UnsafeRawPointer, _ vectors: Vectors, destination: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer
  ) {
    var shape = shape
    pbk_normalize(
      &shape, source.floats, vectors.scale.floats, vectors.shift.floats, nil, destination.floats, vectors.mean.floats,
      vectors.variance.floats, scratch.floats)
  }

  /// Writes the gradients of the source, the scale and the shift, given the mean and the variance.
  package func gradient(
    source: UnsafeRawPointer, _ vectors: Vectors, gradient: UnsafeRawPointer, result: UnsafeMutableRawPointer,
    scaleGradient: UnsafeMutableRawPointer, shiftGradient: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
  ) {
    var shape = shape
    pbk_normalization_gradient(
      &shape, source.floats, vectors.scale.floats, vectors.shift.floats, vectors.mean.floats, vectors.variance.floats,
      gradient.floats, result.floats, scaleGradient.floats, shiftGradient.floats, scratch.floats)
  }
}

extension UnsafeRawPointer {
  fileprivate var floats: UnsafePointer<Float> { assumingMemoryBound(to: Float.self) }
}

extension UnsafeMutableRawPointer {
  fileprivate var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}
