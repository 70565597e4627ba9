import CPUKernels
import ComputeGraph
import Tensors

/// Brings the gradient that a kernel wrote in its own layout into the plain gradient tensor of a parameter.
struct ParameterGradient {
  var name: String
  var source: MemorySlice
  /// A layer that shares its parameter with an earlier one adds to what that one brought.
  var accumulates: Bool
  private let plain: TensorLayout
  private let kernel: Kernel

  init(
    name: String, source: MemorySlice, layout: TensorLayout, plain: TensorLayout, accumulates: Bool
  ) throws(KernelError) {
    self.name = name
    self.source = source
    self.accumulates = accumulates
    self.plain = plain
    kernel = try Kernel.reorder(from: layout, to: plain)
  }

  func add(to gradients: inout ParameterStore, _ arena: Arena) throws {
    defer { withExtendedLifetime(arena) {} }
    try kernel.bind(.source, to: arena.address(source))
    try gradients.update(name) { tensor in
      let previous = accumulates ? tensor.values : []
      try tensor.withUnsafeMutableBufferPointer { values in
        guard let base = values.baseAddress else { return }
        try kernel.bind(.destination, to: UnsafeMutableRawPointer(base))
        try kernel.execute()
        for (index, value) in previous.enumerated() { values[index] += value }
      }
    }
  }
}
