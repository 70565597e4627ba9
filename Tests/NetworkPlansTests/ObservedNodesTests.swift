import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

/// Values and gradients inside a training plan.
@Suite struct ObservedNodesTests {
  /// A convolution that leaves its input as it is, one with a bias, and a sum of two ways.
  private let graph = Graph(inputChannels: 5) { images in
    let same = Convolution("same", inputChannels: 5, outputChannels: 5, kernelSize: 1, groups: 5, hasBias: false)(
      images)
    let x = Convolution("c1", inputChannels: 5, outputChannels: 7, kernelSize: 3, padding: 1)(same)
    let y = Convolution("c2", inputChannels: 7, outputChannels: 7, kernelSize: 3, padding: 1)(x.relu())
    return [(x + y).sigmoid()]
  }
  private let shape: TensorShape = [2, 5, 4, 6]

  private func parameters(_ generator: inout SeededGenerator) -> ParameterStore {
    var store = ParameterStore()
    for specification in graph.parameters {
      store[specification.name] = generator.tensor(specification.shape, in: -0.5...0.5)
    }
    store["same.weight"] = Tensor(repeating: 1, shape: [5, 1, 1, 1])
    return store
  }

  @Test func gradientsInsideAreThoseAround() throws {
    var generator = SeededGenerator(seed: 4)
    let store = parameters(&generator)
    let input = generator.tensor(shape, in: -1...1)
    let (same, c1) = (1, 2)
    let plan = try TrainingPlan(
      graph, inputShape: shape, needsInputGradient: true, passes: [], observing: [same, c1])
    let outputs = try plan.forward(input, parameters: store)
    let gradients = try plan.backward([generator.tensor(outputs[0].shape, in: -1...1)])
    #expect(plan.value(of: same) == input)
    #expect(plan.gradient(of: same) == plan.inputGradient)
    // The bias moves every element of its channel: its gradient is their sum, over images too.
    let inside = try #require(plan.gradient(of: c1))
    let bias = try #require(gradients["c1.bias"])
    for channel in 0..<7 {
      let sum = (0..<2).reduce(Float(0)) { sum, image in
        let start = (image * 7 + channel) * 24
        return sum + (start..<start + 24).reduce(Float(0)) { $0 + inside[$1] }
      }
      #expect(abs(sum - bias[channel]) < 1e-4)
    }
    #expect(plan.value(of: 3) == nil && plan.gradient(of: 3) == nil)
  }

  @Test func observingChangesNothing() throws {
    var generator = SeededGenerator(seed: 9)
    let store = parameters(&generator)
    let input = generator.tensor(shape, in: -1...1)
    let slope = generator.tensor([2, 7, 4, 6], in: -1...1)
    let results = try [[], Set(1..<graph.nodes.count)].map { observed in
      let plan = try TrainingPlan(graph, inputShape: shape, passes: [], observing: observed)
      let outputs = try plan.forward(input, parameters: store)
      let gradients = try plan.backward([slope])
      return (outputs, gradients.names.map { gradients[$0] })
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
  }
}
