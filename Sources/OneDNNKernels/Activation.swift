internal import COneDNN

/// A function applied to every element.
public enum Activation: Hashable, Sendable {
  /// max(x, 0) + slope · min(x, 0): ReLU with slope 0, else leaky ReLU.
  case relu(slope: Float)
  /// x · σ(x).
  case silu
  /// σ(x) = 1 / (1 + e⁻ˣ).
  case sigmoid
  case tanh
  /// x · tanh(ln(1 + eˣ)) (Misra 2019).
  case mish
  /// x where it is positive, else slope · (eˣ − 1) (Clevert et al. 2015).
  case elu(slope: Float)
  /// x · min(max(x/6 + 1/2, 0), 1) (Howard et al. 2019, section 5.2).
  case hardSwish
  /// min(max(x, low), high).
  case clip(low: Float, high: Float)
  /// scale · x + shift.
  case linear(scale: Float, shift: Float)

  public static let relu = Activation.relu(slope: 0)
  /// min(max(x, 0), 6).
  public static let relu6 = Activation.clip(low: 0, high: 6)

  var code: (kind: pdn_activation, alpha: Float, beta: Float) {
    switch self {
    case .relu(let slope): (PDN_RELU, slope, 0)
    case .silu: (PDN_SILU, 1, 0)
    case .sigmoid: (PDN_SIGMOID, 0, 0)
    case .tanh: (PDN_TANH, 0, 0)
    case .mish: (PDN_MISH, 0, 0)
    case .elu(let slope): (PDN_ELU, slope, 0)
    case .hardSwish: (PDN_HARD_SWISH, 0, 0)
    case .clip(let low, let high): (PDN_CLIP, low, high)
    case .linear(let scale, let shift): (PDN_LINEAR, scale, shift)
    }
  }

  /// What the backward kernel reads: the output where that is enough (so the forward may be done in place), else the
  /// input.
  public var backwardOperand: Kernel.Role {
    switch self {
    case .relu, .sigmoid, .tanh: .destination
    case .silu, .mish, .elu, .hardSwish, .clip, .linear: .source
    }
  }
}

extension Kernel {
  /// Roles: forward source, destination; backward ``Activation/backwardOperand``, destination gradient, source gradient.
  public static func activation(
    _ activation: Activation, _ direction: Direction, layout: TensorLayout
  ) throws(KernelError) -> Kernel {
    let (kind, alpha, beta) = activation.code
    return try Kernel(
      pdn_activation_create(direction.code, kind, alpha, beta, layout.handle), "\(activation) of \(layout.shape)")
  }
}
