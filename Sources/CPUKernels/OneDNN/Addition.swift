internal import COneDNN

extension Kernel {
  /// Element by element source + second source, then ReLU when asked. Without ReLU the destination
  /// may be the source's memory (with it oneDNN 2.6 skips the last block of channels where that is not full).
  /// Roles: source, second source, destination.
  public static func addition(
    _ source: TensorLayout, _ second: TensorLayout, destination: TensorLayout, relu: Bool = false
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_addition_create(source.handle, second.handle, destination.handle, relu), from: [source, second, destination],
      "addition of \(source.shape) and \(second.shape)")
  }
}
