import CPUKernels
import ComputeGraph

/// Stochastic gradient descent with momentum, plain or Nesterov's.
///
/// PyTorch's formulas (Sutskever et al. 2013, section 2, with the learning rate outside the velocity):
/// g ← g + decay·p, v ← momentum·v + g, then p ← p − rate·(g + momentum·v) with Nesterov's, p ← p − rate·v without.
public struct StochasticGradientDescent: Optimiser {
  public let momentum: Float
  public let weightDecay: Float
  public let usesNesterov: Bool
  public private(set) var stepCount = 0
  private var velocities = ParameterStore()

  private static let prefix = "velocity."

  /// - Precondition: `momentum` lies in [0, 1), `weightDecay` is not negative.
  public init(momentum: Float = 0.9, weightDecay: Float = 0, usesNesterov: Bool = true) {
    precondition(momentum >= 0 && momentum < 1, "momentum lies in [0, 1), not \(momentum)")
    precondition(weightDecay >= 0, "weight decay is not negative: \(weightDecay)")
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.usesNesterov = usesNesterov
  }

  public var state: ParameterStore { velocities.prefixed(Self.prefix) }

  public mutating func restore(
    state: ParameterStore, stepCount: Int, specifications: [ParameterSpecification]
  ) throws {
    try Self.checkPrefixes([Self.prefix], of: state)
    velocities = try Self.restored(Self.prefix, from: state, specifications: specifications)
    self.stepCount = stepCount
  }

  public mutating func step(
    parameters: inout ParameterStore, gradients: ParameterStore, specifications: [ParameterSpecification],
    learningRate: Float
  ) {
    let momentum = momentum
    for specification in specifications where specification.isTrainable {
      guard let gradient = gradients[specification.name] else { continue }
      let decay = specification.hasWeightDecay ? weightDecay : 0
      let usesNesterov = usesNesterov
      Self.withPointers(specification, parameters: &parameters, gradient: gradient, state: &velocities) {
        (parameter, gradient, velocity, count) in
        ParameterUpdate.momentum(
          parameter, gradient: gradient, velocity: velocity, count: count, momentum: momentum, decay: decay,
          rate: learningRate, isNesterov: usesNesterov)
      }
    }
    stepCount += 1
  }
}
