import CPUKernels
import ComputeGraph
internal import Glibc
import Tensors

/// Adam with weight decay decoupled from the gradient (Loshchilov & Hutter 2019, algorithm 2), in PyTorch's form.
///
/// p ← p·(1 − rate·decay); m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²;
/// p ← p − rate/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
public struct AdamW: Optimiser {
  public let firstBeta: Double
  public let secondBeta: Double
  public let epsilon: Double
  public let weightDecay: Double
  public private(set) var stepCount = 0
  private var firstMoments = ParameterStore()
  private var secondMoments = ParameterStore()

  private static let firstPrefix = "firstMoment."
  private static let secondPrefix = "secondMoment."

  /// - Precondition: the betas lie in [0, 1), `epsilon` is positive, `weightDecay` is not negative.
  public init(firstBeta: Double = 0.9, secondBeta: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
    precondition((0..<1).contains(firstBeta) && (0..<1).contains(secondBeta), "betas lie in [0, 1)")
    precondition(epsilon > 0 && weightDecay >= 0, "epsilon is positive and weight decay not negative")
    self.firstBeta = firstBeta
    self.secondBeta = secondBeta
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public var state: ParameterStore {
    var state = firstMoments.prefixed(Self.firstPrefix)
    state.merge(secondMoments.prefixed(Self.secondPrefix))
    return state
  }

  public mutating func restore(
    state: ParameterStore, stepCount: Int, specifications: [ParameterSpecification]
  ) throws {
    try Self.checkPrefixes([Self.firstPrefix, Self.secondPrefix], of: state)
    let first = try Self.restored(Self.firstPrefix, from: state, specifications: specifications)
    let second = try Self.restored(Self.secondPrefix, from: state, specifications: specifications)
    for name in first.names where !second.contains(name) {
      throw OptimiserStateError(tensor: Self.secondPrefix + name, expectation: "missing beside its first moment")
    }
    for name in second.names where !first.contains(name) {
      throw OptimiserStateError(tensor: Self.firstPrefix + name, expectation: "missing beside its second moment")
    }
    firstMoments = first
    secondMoments = second
    self.stepCount = stepCount
  }

  public mutating func step(
    parameters: inout ParameterStore, gradients: ParameterStore, specifications: [ParameterSpecification],
    learningRate: Float
  ) {
    stepCount += 1
    // Worked in double, as PyTorch does: 1 − β₂ᵗ loses digits in single precision.
    let step = Double(stepCount)
    for specification in specifications where specification.isTrainable {
      guard let gradient = gradients[specification.name] else { continue }
      let factors = ParameterUpdate.AdamWFactors(
        keep: specification.hasWeightDecay ? Float(1 - Double(learningRate) * weightDecay) : 1,
        firstGain: Float(1 - firstBeta), secondBeta: Float(secondBeta), secondGain: Float(1 - secondBeta),
        rate: Float(Double(learningRate) / (1 - pow(firstBeta, step))),
        inverseRootCorrection: Float(1 / (1 - pow(secondBeta, step)).squareRoot()), epsilon: Float(epsilon))
      let name = specification.name
      if !secondMoments.contains(name) { secondMoments[name] = Tensor(zeros: specification.shape) }
      secondMoments.update(name) { secondMoment in
        secondMoment.withUnsafeMutableBufferPointer { second in
          guard let second = second.baseAddress else { return }
          Self.withPointers(specification, parameters: &parameters, gradient: gradient, state: &firstMoments) {
            (parameter, gradient, first, count) in
            ParameterUpdate.adamW(parameter, gradient: gradient, first: first, second: second, count: count, factors)
          }
        }
      }
    }
  }
}
