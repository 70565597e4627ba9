internal import COneDNN

extension Kernel {
  /// Copies a tensor from one layout into another. Roles: source, destination.
  public static func reorder(from source: TensorLayout, to destination: TensorLayout) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_reorder_create(source.handle, destination.handle), from: [source, destination],
      "change of layout of \(source.shape)")
  }
}
