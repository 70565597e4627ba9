internal import COneDNN

extension Kernel {
  /// Nearest-neighbour resampling to the destination's size. Roles: forward source, destination; backward source
  /// gradient, destination gradient.
  public static func upsampling(
    _ direction: Direction, source: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_upsampling_create(direction.code, source.handle, destination.handle),
      "upsampling of \(source.shape) to \(destination.shape)")
  }
}
