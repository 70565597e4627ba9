import ComputeGraph

/// The activation functions of Darknet, but for those that read other channels and those that nobody uses.
enum DarknetActivation: String, CaseIterable, Hashable, Sendable {
  case linear, leaky, relu, relu6, logistic, mish, swish, tanh, elu, selu, ramp, hardtan, lhtan, plse, loggy, relie
  case hardMish = "hard_mish"
  /// Leaky in the forward direction.
  case reverseLeaky = "revleaky"

  func callAsFunction(_ x: Value) -> Value {
    switch self {
    case .linear: x
    case .leaky, .reverseLeaky: x.relu(slope: 0.1)
    case .relu: x.relu()
    case .relu6: x.activated(.relu6)
    case .logistic: x.sigmoid()
    case .mish: x.mish()
    case .swish: x.silu()
    case .tanh: x.activated(.tanh)
    case .elu: x.activated(.elu(slope: 1))
    case .selu: x.activated(.elu(slope: 1.6732)).scaled(by: 1.0507)
    // max(x, 0) + 0.1·x
    case .ramp: x.relu(slope: 0.1 / 1.1).scaled(by: 1.1)
    case .hardtan: x.activated(.clip(low: -1, high: 1))
    // Slopes of 0.001 below 0 and above 1.
    case .lhtan: x.activated(.clip(low: 0, high: 1)).scaled(by: 0.999) + x.scaled(by: 0.001)
    // x/8 + 1/2, with slopes of 0.01 below −4 and above 4.
    case .plse:
      x.activated(.clip(low: -4, high: 4)).activated(.linear(scale: 0.115, shift: 0.5)) + x.scaled(by: 0.01)
    // 2σ(x) − 1
    case .loggy: x.sigmoid().activated(.linear(scale: 2, shift: -1))
    case .relie: x.relu(slope: 0.01)
    // x · min(max(x/2 + 1, 0), 1)
    case .hardMish: x * x.activated(.linear(scale: 0.5, shift: 1)).activated(.clip(low: 0, high: 1))
    }
  }
}

extension Value {
  func scaled(by factor: Float) -> Value { factor == 1 ? self : activated(.linear(scale: factor, shift: 0)) }
}
