import CPUKernels
import ComputeGraph
internal import Glibc
import Tensors

/// The exponential moving average of a network's parameters, running statistics included; what is validated and kept.
///
/// The decay grows as d·(1 − exp(−n/τ)) with the number n of updates, so that the random start is forgotten at once
/// and a short run has an average worth having.
public struct ExponentialMovingAverage: Sendable {
  /// d, what the decay grows to.
  public let decay: Double
  /// τ, in updates; 0 means no ramp.
  public let rampSteps: Double
  public private(set) var updateCount: Int
  public private(set) var parameters: ParameterStore

  /// An average that starts at `parameters`, or continues after `updateCount` updates.
  ///
  /// - Precondition: `decay` lies in [0, 1), `rampSteps` is not negative.
  public init(of parameters: ParameterStore, decay: Double, rampSteps: Double, updateCount: Int = 0) {
    precondition((0..<1).contains(decay), "the decay lies in [0, 1), not \(decay)")
    precondition(rampSteps >= 0, "the ramp is not negative: \(rampSteps)")
    self.decay = decay
    self.rampSteps = rampSteps
    self.updateCount = updateCount
    self.parameters = parameters
  }

  /// The decay of the update with number `update`, counted from 1.
  public func decay(at update: Int) -> Double {
    rampSteps == 0 ? decay : decay * (1 - exp(-Double(update) / rampSteps))
  }

  /// average ← decay·average + (1 − decay)·current, in place.
  ///
  /// - Precondition: `current` has every tensor of the average, in the same shape.
  public mutating func update(with current: ParameterStore) {
    updateCount += 1
    let gain = Float(1 - decay(at: updateCount))
    for name in parameters.names {
      guard let tensor = current[name] else { preconditionFailure("the averaged network has no parameter \(name)") }
      parameters.update(name) { average in
        precondition(average.shape == tensor.shape, "\(name) is \(tensor.shape), its average \(average.shape)")
        average.withUnsafeMutableBufferPointer { average in
          tensor.withUnsafeBufferPointer { current in
            guard let average = average.baseAddress, let value = current.baseAddress else { return }
            ParameterUpdate.average(average, towards: value, count: current.count, gain: gain)
          }
        }
      }
    }
  }
}
