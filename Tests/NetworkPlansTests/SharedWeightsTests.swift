import NetworkPlans
import NetworkTesting
import Tensors
import Testing

@Suite struct SharedWeightsTests {
  @Test(arguments: TestNetwork.all) func plansThatShareComputeTheSame(_ network: TestNetwork) throws {
    let input = network.input(batch: 1)
    let expected = try plan(network).run(input)
    let shared = SharedWeights()
    let plans = try (0..<3).map { _ in try plan(network, shared) }
    for plan in plans { #expect(try plan.run(input) == expected) }
    // The first may go: what it packed stays as long as another needs it.
    var last = try [plan(network, shared)]
    last.append(try plan(network, shared))
    last.removeFirst()
    #expect(try last[0].run(input) == expected)
  }

  /// What was packed is not packed again: other values given later are not looked at.
  @Test func aFormIsPackedOnce() throws {
    let network = TestNetwork.named("residual blocks large enough for Winograd")
    let (input, shared) = (network.input(batch: 1), SharedWeights())
    let first = try plan(network, shared)
    let second = try plan(network, shared, seed: 5)
    #expect(try second.run(input) == first.run(input))
    #expect(try plan(network, seed: 5).run(input) != first.run(input))
    #expect(first.memoryByteCount == second.memoryByteCount)
  }

  @Test func weightsGoWithTheLastPlan() throws {
    let network = TestNetwork.named("residual blocks large enough for Winograd")
    let (input, shared) = (network.input(batch: 1), SharedWeights())
    _ = try plan(network, shared)
    #expect(try plan(network, shared, seed: 5).run(input) == plan(network, seed: 5).run(input))
  }

  /// Sizes for which a layer is computed in other ways share what they can.
  @Test func sizesShareWhatTheyCan() throws {
    let network = TestNetwork.named("residual blocks large enough for Winograd")
    let shared = SharedWeights()
    for shape: TensorShape in [[1, 32, 24, 24], [1, 32, 4, 4], [2, 32, 40, 16], [1, 32, 24, 24]] {
      let options = InferencePlan.Options(compilation: CompilationOptions(sharedWeights: shared))
      let sharing = try InferencePlan(
        network.graph, parameters: network.parameters(), inputShape: shape, options: options)
      let alone = try InferencePlan(network.graph, parameters: network.parameters(), inputShape: shape)
      let input = Tensor(repeating: 0.5, shape: shape)
      #expect(try sharing.run(input) == alone.run(input))
    }
  }

  @Test func threadsPackSideBySide() async throws {
    let network = TestNetwork.named("residual blocks large enough for Winograd")
    let input = network.input(batch: 1)
    let expected = try plan(network).run(input)
    for _ in 0..<20 {
      let shared = SharedWeights()
      try await withThrowingTaskGroup(of: [Tensor].self) { group in
        for _ in 0..<4 { group.addTask { try plan(network, shared).run(input) } }
        for try await outputs in group { #expect(outputs == expected) }
      }
    }
  }

  private func plan(
    _ network: TestNetwork, _ weights: SharedWeights? = nil, seed: UInt64 = 2
  ) throws -> InferencePlan {
    try InferencePlan(
      network.graph, parameters: network.parameters(seed: seed), inputShape: network.inputShape(batch: 1),
      options: .init(compilation: CompilationOptions(sharedWeights: weights)))
  }
}
