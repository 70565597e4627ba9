internal import COneDNN

extension Kernel {
  /// Joins tensors along the channels. Roles: ``Role/input(_:)`` for each source, destination.
  public static func concatenation(
    _ sources: [TensorLayout], destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    let handles: [OpaquePointer?] = sources.map(\.handle)
    return try Kernel(
      pdn_concatenation_create(Int32(handles.count), handles, destination.handle), from: sources + [destination],
      "concatenation to \(destination.shape)")
  }
}
