internal import COneDNN

/// A function applied to every element.
public enum Activation: Hashable, Sendable {
  /// max(x, 0) + slope · min(x, 0): ReLU with slope 0, else leaky ReLU.
  case relu(slope: Float)
  /// x · σ(x).
  case silu
  /// σ(x) = 1 / (1 + e⁻ˣ).
  case sigmoid

  public static let relu = Activation.relu(slope: 0)

  var code: (kind: pdn_activation, alpha: Float) {
    switch self {
    case .relu(let slope): (PDN_RELU, slope)
    case .silu: (PDN_SILU, 1)
    case .sigmoid: (PDN_SIGMOID, 0)
    }
  }

  /// What the backward kernel reads: the output for ReLU and sigmoid (so the forward may be done in place), the
  /// input for SiLU.
  public var backwardOperand: Kernel.Role {
    switch self {
    case .relu, .sigmoid: .destination
    case .silu: .source
    }
  }
}

extension Kernel {
  /// Roles: forward source, destination; backward ``Activation/backwardOperand``, destination gradient, source gradient.
  public static func activation(
    _ activation: Activation, _ direction: Direction, layout: TensorLayout
  ) throws(KernelError) -> Kernel {
    let (kind, alpha) = activation.code
    return try Kernel(
      pdn_activation_create(direction.code, kind, alpha, layout.handle), "\(activation) of \(layout.shape)")
  }
}
