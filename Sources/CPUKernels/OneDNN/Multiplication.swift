internal import COneDNN

extension Kernel {
  /// Element by element source · second source; the second may have one row and column, whose elements then count for
  /// all positions of their channel. Roles: source, second source, destination.
  public static func multiplication(
    _ source: TensorLayout, _ second: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_multiplication_create(source.handle, second.handle, destination.handle), from: [source, second, destination],
      "multiplication of \(source.shape) and \(second.shape)")
  }
}
