internal import COneDNN
import ComputeGraph

extension Activation {
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
  package var backwardOperand: Kernel.Role {
    switch self {
    case .relu, .sigmoid, .tanh: .destination
    case .silu, .mish, .elu, .hardSwish, .clip, .linear: .source
    }
  }
}

extension Kernel {
  /// Roles: forward source, destination; backward `Activation.backwardOperand`, destination gradient, source gradient.
  public static func activation(
    _ activation: Activation, _ direction: Direction, layout: TensorLayout
  ) throws(KernelError) -> Kernel {
    let (kind, alpha, beta) = activation.code
    return try Kernel(
      pdn_activation_create(direction.code, kind, alpha, beta, layout.handle), from: [layout],
      "\(activation) of \(layout.shape)")
  }
}
