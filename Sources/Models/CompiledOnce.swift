import ComputeGraph

/// Plans that are compiled from parameters when they are first used; from then on the weights live in the plans alone.
package final class CompiledOnce<Plans> {
  private enum State {
    case parameters(ParameterStore)
    case plans(Plans)
    case failed(any Error)
  }

  private var state: State

  package init(_ parameters: ParameterStore) { state = .parameters(parameters) }

  /// The plans where they have been compiled.
  package var compiled: Plans? {
    if case .plans(let plans) = state { plans } else { nil }
  }

  /// The plans, which `compile` makes the first time. What it throws then is thrown ever after.
  package func plans(_ compile: (consuming ParameterStore) throws -> Plans) throws -> Plans {
    switch state {
    case .plans(let plans): return plans
    case .failed(let error): throw error
    case .parameters: break
    }
    do {
      let plans = try compile(takeParameters())
      state = .plans(plans)
      return plans
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// Hands the weights over, without a second reference that would make changing them a copy.
  private func takeParameters() -> ParameterStore {
    guard case .parameters(let parameters) = state else { preconditionFailure("plans are compiled once") }
    state = .parameters(ParameterStore())
    return parameters
  }
}
