internal import COneDNN
import Tensors

/// One oneDNN operation for fixed layouts: created once, bound to memory, executed many times.
///
/// A kernel belongs to one plan, and a plan runs on one thread at a time; kernels use oneDNN's own threads inside.
public final class Kernel {
  /// What a piece of memory is to a kernel.
  public enum Role: Hashable, Sendable {
    case source, secondSource, weights, bias, destination
    case mean, variance, scale, shift, workspace
    case sourceGradient, weightsGradient, biasGradient, destinationGradient, scaleGradient, shiftGradient
    case scratch
    /// The i-th input of a concatenation.
    case input(Int)

    var code: pdn_role {
      switch self {
      case .source: PDN_SOURCE
      case .secondSource: PDN_SECOND_SOURCE
      case .weights: PDN_WEIGHTS
      case .bias: PDN_BIAS
      case .destination: PDN_DESTINATION
      case .mean: PDN_MEAN
      case .variance: PDN_VARIANCE
      case .scale: PDN_SCALE
      case .shift: PDN_SHIFT
      case .workspace: PDN_WORKSPACE
      case .sourceGradient: PDN_SOURCE_GRADIENT
      case .weightsGradient: PDN_WEIGHTS_GRADIENT
      case .biasGradient: PDN_BIAS_GRADIENT
      case .destinationGradient: PDN_DESTINATION_GRADIENT
      case .scaleGradient: PDN_SCALE_GRADIENT
      case .shiftGradient: PDN_SHIFT_GRADIENT
      case .scratch: PDN_SCRATCH
      case .input(let index): pdn_role(PDN_INPUT.rawValue + UInt32(index))
      }
    }
  }

  /// Which of an operation's computations a kernel does.
  public enum Direction: Sendable {
    /// Forward, keeping nothing for a backward pass.
    case inference
    /// Forward, keeping what the backward pass needs.
    case forward
    /// Gradient with respect to the input.
    case backwardData
    /// Gradient with respect to weights and bias.
    case backwardWeights

    var code: pdn_direction {
      switch self {
      case .inference: PDN_INFERENCE
      case .forward: PDN_FORWARD
      case .backwardData: PDN_BACKWARD_DATA
      case .backwardWeights: PDN_BACKWARD_WEIGHTS
      }
    }
  }

  private let handle: OpaquePointer

  /// Takes ownership of a handle; throws the library's message for nil.
  ///
  /// - Parameter layouts: those whose handles it was made from: named here, they live until it is made.
  init(
    _ handle: OpaquePointer?, from layouts: [TensorLayout], _ context: @autoclosure () -> String
  ) throws(KernelError) {
    defer { withExtendedLifetime(layouts) {} }
    guard let handle else { throw KernelError(context()) }
    self.handle = handle
  }

  deinit { pdn_kernel_destroy(handle) }

  /// The name of the implementation that oneDNN chose, such as "jit:avx512_core".
  public var implementation: String {
    withExtendedLifetime(self) { String(cString: pdn_kernel_implementation(handle)) }
  }
  /// Whether it is oneDNN's plain loop, which it falls back to where it has nothing quick.
  package var isReference: Bool { implementation.hasPrefix("ref") }
  /// Whether it jumps about in its weights: Winograd's 4×4 tiles in oneDNN 2.x.
  package var readsWeightsOutOfOrder: Bool { implementation.contains("wino_4x3") }

  /// Bytes of memory that the kernel wants for a role; zero when it has no such memory.
  public func byteCount(of role: Role) -> Int {
    guard let layout = layoutHandle(of: role) else { return 0 }
    defer { pdn_layout_destroy(layout) }
    return pdn_layout_byte_count(layout)
  }

  /// The layout that the kernel chose for a role, of a tensor of this shape.
  ///
  /// - Precondition: the kernel has memory of that role.
  public func layout(of role: Role, shape: TensorShape) -> TensorLayout {
    guard let layout = layoutHandle(of: role) else { preconditionFailure("\(implementation) has no \(role)") }
    return TensorLayout(handle: layout, shape: shape)
  }

  /// The caller's to destroy.
  private func layoutHandle(of role: Role) -> OpaquePointer? {
    withExtendedLifetime(self) { pdn_kernel_layout(handle, role.code) }
  }

  /// Tells the kernel where a role's memory is. It must outlive every execution: the kernel knows only the address.
  public func bind(_ role: Role, to memory: UnsafeMutableRawPointer) throws(KernelError) {
    let isBound = withExtendedLifetime(self) { pdn_kernel_bind(handle, role.code, memory) }
    if !isBound { throw KernelError("\(implementation), \(role)") }
  }

  /// Runs the operation on the bound memory.
  public func execute() throws(KernelError) {
    let isDone = withExtendedLifetime(self) { pdn_kernel_execute(handle) }
    if !isDone { throw KernelError(implementation) }
  }
}
