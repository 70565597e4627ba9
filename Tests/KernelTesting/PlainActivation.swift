import ComputeGraph
import Foundation

/// An activation in double precision.
package func plainActivation(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .relu(let slope): x > 0 ? x : x * Double(slope)
  case .silu: x / (1 + exp(-x))
  case .sigmoid: 1 / (1 + exp(-x))
  case .tanh: tanh(x)
  case .mish: x * tanh(log1p(exp(x)))
  case .elu(let slope): x > 0 ? x : Double(slope) * expm1(x)
  case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
  case .clip(let low, let high): min(max(x, Double(low)), Double(high))
  case .linear(let scale, let shift): Double(scale) * x + Double(shift)
  }
}

/// Its derivative.
package func plainDerivative(_ activation: Activation, _ x: Double) -> Double {
  let sigmoid = 1 / (1 + exp(-x))
  return switch activation {
  case .relu(let slope): x > 0 ? 1 : Double(slope)
  case .silu: sigmoid + x * sigmoid * (1 - sigmoid)
  case .sigmoid: sigmoid * (1 - sigmoid)
  case .tanh: 1 - tanh(x) * tanh(x)
  case .mish:
    // With s = ln(1 + eˣ), whose derivative is σ(x).
    tanh(log1p(exp(x))) + x * (1 - pow(tanh(log1p(exp(x))), 2)) * sigmoid
  case .elu(let slope): x > 0 ? 1 : Double(slope) * exp(x)
  case .hardSwish: x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5
  case .clip(let low, let high): x > Double(low) && x < Double(high) ? 1 : 0
  case .linear(let scale, _): Double(scale)
  }
}
