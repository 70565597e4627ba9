import Foundation
import OneDNNKernels

/// An activation in double precision.
func plain(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .relu(let slope): x > 0 ? x : x * Double(slope)
  case .silu: x / (1 + exp(-x))
  case .sigmoid: 1 / (1 + exp(-x))
  }
}

/// Its derivative.
func plainDerivative(_ activation: Activation, _ x: Double) -> Double {
  let sigmoid = 1 / (1 + exp(-x))
  return switch activation {
  case .relu(let slope): x > 0 ? 1 : Double(slope)
  case .silu: sigmoid + x * sigmoid * (1 - sigmoid)
  case .sigmoid: sigmoid * (1 - sigmoid)
  }
}
