internal import COneDNN

extension Kernel {
  /// Nearest-neighbour resampling to the destination's size. Roles: forward source, destination; backward source
  /// gradient, destination gradient.
  public static func upsampling(
    _ direction: Direction, source: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_resampling_create(direction.code, false, source.handle, destination.handle), from: [source, destination],
      "upsampling of \(source.shape) to \(destination.shape)")
  }

  /// Bilinear resampling to the destination's size, with elements at the middles of cells. Roles as of
  /// ``upsampling(_:source:destination:)``.
  public static func bilinearResizing(
    _ direction: Direction, source: TensorLayout, destination: TensorLayout
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_resampling_create(direction.code, true, source.handle, destination.handle), from: [source, destination],
      "resizing of \(source.shape) to \(destination.shape)")
  }
}
