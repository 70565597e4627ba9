import Tensors

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
}

/// An ``Activation`` of every element.
public struct ActivationOperation: Operation {
  public var activation: Activation

  public var title: String {
    switch activation {
    case .relu(slope: 0): "ReLU"
    case .relu: "leaky ReLU"
    case .silu: "SiLU"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .mish: "Mish"
    case .elu: "ELU"
    case .hardSwish: "hard swish"
    case .clip: "clip"
    case .linear: "scale and shift"
    }
  }

  public func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape { inputs[0] }

  public func writeONNX(to writer: inout some ONNXNodeWriter) -> String {
    activation.writeONNX(of: writer.input, to: &writer)
  }
}

extension Activation {
  /// Writes the nodes that apply the function to a value, and returns the name of their result.
  func writeONNX(of x: String, to writer: inout some ONNXNodeWriter) -> String {
    switch self {
    case .relu(slope: 0): return writer.add("Relu", [x])
    case .relu(let slope): return writer.add("LeakyRelu", [x], [.float("alpha", slope)])
    case .silu: return writer.add("Mul", [x, writer.add("Sigmoid", [x])])
    case .sigmoid: return writer.add("Sigmoid", [x])
    case .tanh: return writer.add("Tanh", [x])
    case .mish: return writer.add("Mul", [x, writer.add("Tanh", [writer.add("Softplus", [x])])])
    case .elu(let slope): return writer.add("Elu", [x], [.float("alpha", slope)])
    case .hardSwish: return writer.add("HardSwish", [x])
    case .clip(let low, let high):
      return writer.add("Clip", [x, writer.constant("low", low), writer.constant("high", high)])
    case .linear(let scale, let shift):
      let scaled = writer.add("Mul", [x, writer.constant("scale", scale)])
      return writer.add("Add", [scaled, writer.constant("shift", shift)])
    }
  }
}

extension Value {
  public func relu(slope: Float = 0) -> Value { activated(.relu(slope: slope), name: "relu") }
  public func silu() -> Value { activated(.silu, name: "silu") }
  public func sigmoid() -> Value { activated(.sigmoid, name: "sigmoid") }
  public func mish() -> Value { activated(.mish, name: "mish") }
  public func hardSwish() -> Value { activated(.hardSwish, name: "hardswish") }
  /// min(max(x/6 + 1/2, 0), 1).
  public func hardSigmoid() -> Value {
    activated(.linear(scale: 1.0 / 6, shift: 0.5)).activated(.clip(low: 0, high: 1))
  }
  public func activated(_ activation: Activation) -> Value { activated(activation, name: "activation") }

  private func activated(_ activation: Activation, name: String) -> Value {
    applying(ActivationOperation(activation: activation), name: name)
  }
}
