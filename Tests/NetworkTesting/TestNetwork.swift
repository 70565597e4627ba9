import ComputeGraph
import TensorTesting
import Tensors
import Testing

/// A small network that exercises something, and what the passes are to make of it.
package struct TestNetwork: Sendable, CustomTestStringConvertible {
  package var name: String
  package var channels = 16
  package var height = 6
  package var width = 7
  /// Nodes that each inference pass removes when it works alone; none where it is not listed.
  package var removed: [GraphPass: Int] = [:]
  /// Nodes that all inference passes in order remove.
  package var removedByAll = 0
  package var network: @Sendable (Value) -> [Value]

  package var testDescription: String { name }

  package var graph: Graph { Graph(inputChannels: channels, network) }

  package func inputShape(batch: Int) -> TensorShape { [batch, channels, height, width] }

  package func input(batch: Int, seed: UInt64 = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return generator.tensor(inputShape(batch: batch))
  }

  /// Random values for everything, running statistics included.
  package func parameters(seed: UInt64 = 2) -> ParameterStore {
    var generator = SeededGenerator(seed: seed)
    var store = ParameterStore()
    for specification in graph.parameters {
      let shape = specification.shape
      store[specification.name] =
        switch specification.role {
        case .weight:
          // About the same size in as out.
          generator.tensor(shape, in: -1...1, scale: (3 / Float(shape.elementCount / shape[0])).squareRoot())
        case .bias, .shift, .runningMean: generator.tensor(shape, in: -0.5...0.5)
        case .scale, .runningVariance: generator.tensor(shape, in: 0.5...1.5)
        }
    }
    return store
  }

  /// Relative to the largest element; mostly Winograd's rounding.
  package static let tolerance = 5e-5

  package static func named(_ name: String) -> TestNetwork {
    guard let network = all.first(where: { $0.name == name }) else { preconditionFailure("no network \(name)") }
    return network
  }
}

extension SeededGenerator {
  fileprivate mutating func tensor(_ shape: TensorShape, in range: ClosedRange<Float>, scale: Float) -> Tensor {
    tensor(shape, in: range.lowerBound * scale...range.upperBound * scale)
  }
}

extension ParameterStore {
  /// Everything in double precision.
  package var doubles: ReferenceNetwork.Parameters {
    Dictionary(uniqueKeysWithValues: names.map { ($0, self[$0]?.doubles ?? []) })
  }
}
