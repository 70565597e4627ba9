internal import COneDNN

extension Kernel {
  /// destination[n, o] = Σᵢ source[n, i] · weights[o, i] + bias[o]. Roles as for a convolution.
  public static func innerProduct(
    _ direction: Direction, source: TensorLayout, destination: TensorLayout, hasBias: Bool
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_inner_product_create(direction.code, source.handle, destination.handle, hasBias),
      from: [source, destination],
      "inner product of \(source.shape) to \(destination.shape)")
  }
}
