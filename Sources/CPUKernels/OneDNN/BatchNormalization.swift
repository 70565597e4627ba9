internal import COneDNN

extension Kernel {
  /// Normalises each channel over N, H and W, scales and shifts it (Ioffe & Szegedy 2015, algorithm 1), and applies
  /// ReLU when asked.
  ///
  /// Roles: inference source, destination, mean, variance, scale, shift. Forward: the same, with mean and (biased)
  /// variance of the batch as outputs, and a workspace with ReLU. Backward: source, mean, variance, scale, shift,
  /// workspace and destination gradient in; source, scale and shift gradients out.
  public static func batchNormalization(
    _ direction: Direction, layout: TensorLayout, epsilon: Float, relu: Bool
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_batch_normalization_create(direction.code, layout.handle, epsilon, relu), from: [layout],
      "batch normalisation of \(layout.shape)")
  }
}
