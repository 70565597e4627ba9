import OneDNNKernels
import Tensors

/// Copies one parameter from its plain form into the layout and place that a kernel wants.
struct WeightPacking {
  var name: String
  var plain: TensorLayout
  var packed: TensorLayout
  var destination: MemorySlice
  /// Whether what is packed is a multiple of the parameter, which is of no use to another layer.
  let isScaled: Bool
  private let kernel: Kernel

  init(name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice) throws(KernelError) {
    try self.init(
      name: name, plain: plain, packed: packed, destination: destination,
      isScaled: false, kernel: Kernel.reorder(from: plain, to: packed))
  }

  /// A parameter that is multiplied, for each output channel, on its way into a kernel of bytes.
  init(
    name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice, scales: [Float]
  ) throws(KernelError) {
    // With groups the output channels are on two axes.
    try self.init(
      name: name, plain: plain, packed: packed, destination: destination,
      isScaled: true,
      kernel: Kernel.reorder(from: plain, to: packed, scales: scales, axes: plain.shape.rank == 5 ? 2 : 1))
  }

  private init(
    name: String, plain: TensorLayout, packed: TensorLayout, destination: MemorySlice, isScaled: Bool, kernel: Kernel
  ) {
    self.name = name
    self.plain = plain
    self.packed = packed
    self.destination = destination
    self.isScaled = isScaled
    self.kernel = kernel
  }

  func run(_ parameters: ParameterStore, _ arena: Arena) throws(KernelError) {
    guard let tensor = parameters[name] else { preconditionFailure("no parameter is named \(name)") }
    try kernel.bind(.destination, to: arena.address(destination))
    var failure: KernelError?
    tensor.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      do throws(KernelError) {
        try kernel.bind(.source, to: UnsafeMutableRawPointer(mutating: base))
        try kernel.execute()
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
