import OneDNNKernels

extension GraphTranslation {
  /// Adds the nodes of a function that is applied to every element, and returns the name of its result.
  mutating func apply(_ activation: Activation, to x: String) -> String {
    switch activation {
    case .relu(slope: 0): return add("Relu", [x])
    case .relu(let slope): return add("LeakyRelu", [x], [.float("alpha", slope)])
    case .silu: return add("Mul", [x, add("Sigmoid", [x])])
    case .sigmoid: return add("Sigmoid", [x])
    case .tanh: return add("Tanh", [x])
    case .mish: return add("Mul", [x, add("Tanh", [add("Softplus", [x])])])
    case .elu(let slope): return add("Elu", [x], [.float("alpha", slope)])
    case .hardSwish: return add("HardSwish", [x])
    case .clip(let low, let high): return add("Clip", [x, constant("low", low), constant("high", high)])
    case .linear(let scale, let shift):
      return add("Add", [add("Mul", [x, constant("scale", scale)]), constant("shift", shift)])
    }
  }
}
