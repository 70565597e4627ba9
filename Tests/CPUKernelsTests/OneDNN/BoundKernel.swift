import CPUKernels
import Tensors

/// A kernel with memory of its own, which takes and gives plain tensors.
final class BoundKernel {
  /// What a kernel left behind the last channel of a blocked map is not zero.
  struct PaddingError: Error {
    var role: Kernel.Role
    var value: Float
  }

  let kernel: Kernel
  private var memory: [Kernel.Role: KernelMemory] = [:]

  init(_ kernel: Kernel) throws {
    self.kernel = kernel
    if kernel.byteCount(of: .scratch) > 0 { try reserve(.scratch) }
  }

  /// Memory for something that the kernel writes. It holds NaN, so that what is left out or read shows.
  func reserve(_ roles: Kernel.Role...) throws {
    for role in roles {
      let own = KernelMemory(byteCount: kernel.byteCount(of: role))
      memory[role] = own
      try kernel.bind(role, to: own.address)
      // After binding: oneDNN zeroes the padding of whatever it is given.
      own.fillWithNaN()
    }
  }

  /// Lets a backward kernel read what its forward kernel wrote, or a kernel write over another role's memory.
  func share(_ role: Kernel.Role, with other: BoundKernel, as otherRole: Kernel.Role? = nil) throws {
    memory[role] = other.memory[otherRole ?? role]
    if let shared = memory[role] { try kernel.bind(role, to: shared.address) }
  }

  /// Brings a tensor, which lies as `plain` says (row-major otherwise), into the kernel's layout.
  func give(_ role: Kernel.Role, _ tensor: Tensor, as plain: TensorLayout? = nil) throws {
    try reserve(role)
    guard let own = memory[role] else { return }
    let plain = plain ?? TensorLayout(.plain, shape: tensor.shape)
    let reorder = try Kernel.reorder(from: plain, to: kernel.layout(of: role, shape: plain.shape))
    defer { withExtendedLifetime(own) {} }
    try reorder.bind(.destination, to: own.address)
    try tensor.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      try reorder.bind(.source, to: UnsafeMutableRawPointer(mutating: base))
      try reorder.execute()
    }
  }

  func execute() throws { try withExtendedLifetime(memory) { try kernel.execute() } }

  /// What a role's memory holds, as a tensor that lies as `plain` says (row-major otherwise).
  func take(_ role: Kernel.Role, _ shape: TensorShape, as plain: TensorLayout? = nil) throws -> Tensor {
    guard let own = memory[role] else { preconditionFailure("\(role) has no memory") }
    let plain = plain ?? TensorLayout(.plain, shape: shape)
    let layout = kernel.layout(of: role, shape: plain.shape)
    // Before anything else is bound to the memory, which would zero the padding.
    try checkPadding(role, layout, own)
    let reorder = try Kernel.reorder(from: layout, to: plain)
    defer { withExtendedLifetime(own) {} }
    try reorder.bind(.source, to: own.address)
    var result = Tensor(repeating: .nan, shape: shape)
    try result.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      try reorder.bind(.destination, to: UnsafeMutableRawPointer(base))
      try reorder.execute()
    }
    return result
  }

  private func checkPadding(_ role: Kernel.Role, _ layout: TensorLayout, _ own: KernelMemory) throws {
    let shape = layout.shape
    defer { withExtendedLifetime(own) {} }
    guard shape.rank == 4, layout == TensorLayout(.channelBlocked, shape: shape) else { return }
    let block = OneDNN.channelBlock
    let blocks = (shape[1] + block - 1) / block
    let area = shape[2] * shape[3]
    for image in 0..<shape[0] {
      for channel in shape[1]..<blocks * block {
        for position in 0..<area {
          let index = ((image * blocks + channel / block) * area + position) * block + channel % block
          if own.floats[index] != 0 { throw PaddingError(role: role, value: own.floats[index]) }
        }
      }
    }
  }
}
