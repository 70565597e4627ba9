internal import COneDNN

extension Kernel {
  /// Softmax along an axis. Roles: forward source, destination; backward destination, destination gradient, source
  /// gradient.
  public static func softmax(
    _ direction: Direction, axis: Int, layout: TensorLayout
  ) throws(KernelError) -> Kernel {
    try Kernel(
      pdn_softmax_create(direction.code, Int32(axis), layout.handle), from: [layout], "softmax of \(layout.shape)")
  }
}
