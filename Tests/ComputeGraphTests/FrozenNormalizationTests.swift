import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

/// Batch normalisation with its running statistics as fixed numbers.
@Suite struct FrozenNormalizationTests {
  /// One normalisation used twice, and one that no convolution precedes.
  private let graph = Graph(inputChannels: 4) { images in
    let layer = BatchNormalization("n1", channels: 4, epsilon: 1e-3)
    let x = layer(Convolution("c", inputChannels: 4, outputChannels: 4, kernelSize: 3, padding: 1)(layer(images)))
    return [BatchNormalization("n2", channels: 4)(x.relu())]
  }

  @Test func itComputesTheSame() throws {
    var generator = SeededGenerator(seed: 12)
    var store = ParameterStore()
    for specification in graph.parameters {
      let range: ClosedRange<Float> = specification.role == .runningVariance ? 0.5...2 : -1...1
      store[specification.name] = generator.tensor(specification.shape, in: range)
    }
    let shape: TensorShape = [1, 4, 5, 6]
    let input = generator.tensor(shape, in: -1...1)
    let expected = try InferencePlan(graph, parameters: store, inputShape: shape).run(input)[0]
    let frozen = graph.freezingNormalization(store)
    #expect(frozen.graph.layerNames == graph.layerNames)
    #expect(!frozen.graph.nodes.contains { $0.operation is BatchNormalizationOperation })
    // In training, where a normalisation would use the batch's own statistics.
    let plan = try TrainingPlan(frozen.graph, inputShape: shape, passes: [])
    let found = try plan.forward(input, parameters: frozen.parameters)[0]
    for (value, wanted) in zip(found.values, expected.values) { #expect(abs(value - wanted) < 1e-4) }
  }
}
