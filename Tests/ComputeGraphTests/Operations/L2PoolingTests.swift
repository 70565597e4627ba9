import ComputeGraph
import NetworkPlans
import Tensors
import Testing

/// L2 pooling on numbers that a reader can check.
@Suite struct L2PoolingTests {
  private let input = Tensor(shape: [1, 1, 3, 3], values: [3, 4, 1, 0, 0, 2, 5, 12, 0])

  private func graph(padding: Int = 0, ceilMode: Bool = false) -> Graph {
    Graph(inputChannels: 1) { [$0.l2Pooled(kernelSize: 2, stride: 2, padding: padding, ceilMode: ceilMode)] }
  }

  private func result(_ graph: Graph) throws -> [Float] {
    try InferencePlan(graph, parameters: ParameterStore(), inputShape: input.shape).run(input)[0].values
  }

  @Test func lengths() throws {
    #expect(try result(graph()) == [5])
    // The last windows hang over the edge: √(1 + 4), √(25 + 144), 0.
    #expect(try result(graph(ceilMode: true)) == [5, Float(5).squareRoot(), 13, 0])
    #expect(try result(graph(padding: 1)) == [3, Float(17).squareRoot(), 5, Float(148).squareRoot()])
  }

  /// x / y where something lies under the window, nothing where all is zero.
  @Test func gradient() throws {
    let plan = try TrainingPlan(graph(ceilMode: true), inputShape: input.shape, needsInputGradient: true)
    _ = try plan.forward(input, parameters: ParameterStore())
    _ = try plan.backward([Tensor(shape: [1, 1, 2, 2], values: [10, 0, 26, 7])])
    #expect(plan.inputGradient?.values == [6, 8, 0, 0, 0, 0, 10, 24, 0])
  }
}
