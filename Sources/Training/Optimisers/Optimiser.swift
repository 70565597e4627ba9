import ComputeGraph

/// A rule that changes parameters by their gradients, with the state that it keeps between steps.
public protocol Optimiser: Sendable {
  /// Steps taken so far.
  var stepCount: Int { get }

  /// What the rule remembers of each parameter, named by kind and parameter ("velocity.layer1.0.conv1.weight");
  /// together with ``stepCount`` all that a resumed run needs.
  var state: ParameterStore { get }

  /// Continues from a saved state.
  ///
  /// - Throws: ``OptimiserStateError`` when a tensor is missing, unknown, or of another shape than its parameter.
  mutating func restore(state: ParameterStore, stepCount: Int, specifications: [ParameterSpecification]) throws

  /// Changes in place every trainable parameter that has a gradient; one without (a frozen layer's) stays as it is.
  ///
  /// Weight decay reaches only parameters whose specification has it.
  /// - Precondition: a gradient has its parameter's element count, and `parameters` has every parameter with gradient.
  mutating func step(
    parameters: inout ParameterStore, gradients: ParameterStore, specifications: [ParameterSpecification],
    learningRate: Float)
}

/// Why a saved optimiser state does not fit.
public struct OptimiserStateError: Error, Equatable, CustomStringConvertible {
  public var tensor: String
  public var expectation: String

  public var description: String { "optimiser state \"\(tensor)\": \(expectation)" }
}
