import ComputeGraph
import Tensors

extension Optimiser {
  /// One kind of saved state ("velocity."), checked against the parameters.
  ///
  /// A parameter that never had a gradient has no state, so a missing tensor is no error by itself.
  static func restored(
    _ prefix: String, from state: ParameterStore, specifications: [ParameterSpecification]
  ) throws(OptimiserStateError) -> ParameterStore {
    let tensors = state.removingPrefix(prefix)
    var shapes: [String: TensorShape] = [:]
    for specification in specifications where specification.isTrainable {
      shapes[specification.name] = specification.shape
    }
    for name in tensors.names {
      guard let shape = shapes[name] else {
        throw OptimiserStateError(tensor: prefix + name, expectation: "the network trains no parameter of that name")
      }
      guard let tensor = tensors[name], tensor.shape == shape else {
        throw OptimiserStateError(
          tensor: prefix + name, expectation: "expected shape \(shape), found \(tensors[name]?.shape ?? [])")
      }
    }
    return tensors
  }

  /// Refuses state that none of the rule's prefixes names.
  static func checkPrefixes(_ prefixes: [String], of state: ParameterStore) throws(OptimiserStateError) {
    for name in state.names where !prefixes.contains(where: name.hasPrefix) {
      throw OptimiserStateError(
        tensor: name, expectation: "expected a name beginning with \(prefixes.joined(separator: " or "))")
    }
  }

  /// Calls `sweep` with the pointers of a parameter, its gradient, and one state tensor of the same size.
  static func withPointers(
    _ specification: ParameterSpecification, parameters: inout ParameterStore, gradient: Tensor,
    state: inout ParameterStore,
    _ sweep: (
      _ parameter: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
      _ state: UnsafeMutablePointer<Float>, _ count: Int
    ) -> Void
  ) {
    let name = specification.name
    if !state.contains(name) { state[name] = Tensor(zeros: specification.shape) }
    state.update(name) { stateTensor in
      stateTensor.withUnsafeMutableBufferPointer { stateBuffer in
        gradient.withUnsafeBufferPointer { gradientBuffer in
          parameters.update(name) { parameter in
            parameter.withUnsafeMutableBufferPointer { parameterBuffer in
              precondition(
                parameterBuffer.count == gradientBuffer.count && parameterBuffer.count == stateBuffer.count,
                "\(name) has \(parameterBuffer.count) elements, its gradient \(gradientBuffer.count)")
              guard let parameters = parameterBuffer.baseAddress, let gradients = gradientBuffer.baseAddress,
                let states = stateBuffer.baseAddress
              else { return }
              sweep(parameters, gradients, states, parameterBuffer.count)
            }
          }
        }
      }
    }
  }
}
