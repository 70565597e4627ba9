import CPUKernels
import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

@Suite struct InferencePlanTests {
  @Test(arguments: TestNetwork.all, [1, 2])
  func agreesWithThePlainLoops(_ network: TestNetwork, batch: Int) throws {
    let input = network.input(batch: batch)
    let parameters = network.parameters()
    let reference = try ReferenceNetwork(network.graph, inputShape: input.shape, isTraining: false)
    let expected = reference.outputs(input.doubles, parameters.doubles)
    for options in [
      InferencePlan.Options(), .init(concatenatesInPlace: false), .init(passes: []),
      .init(passes: [], concatenatesInPlace: false),
    ] {
      let plan = try InferencePlan(
        network.graph, parameters: parameters, inputShape: input.shape, options: options)
      #expect(plan.outputShapes == reference.graph.outputs.map { reference.shapes[$0] })
      for (output, values) in zip(try plan.run(input), expected) {
        #expect(relativeError(output, values) < TestNetwork.tolerance)
      }
    }
  }

  @Test(
    arguments: [ConvolutionTuning.fast, .full],
    ["residual blocks large enough for Winograd", "pooled convolutions"])
  func whateverIsMeasuredToBeQuickestComputesTheSame(_ tuning: ConvolutionTuning, _ name: String) throws {
    let network = TestNetwork.named(name)
    let (input, parameters) = (network.input(batch: 1), network.parameters())
    let reference = try ReferenceNetwork(network.graph, inputShape: input.shape, isTraining: false)
    let plan = try InferencePlan(
      network.graph, parameters: parameters, inputShape: input.shape,
      options: .init(compilation: CompilationOptions(tuning: tuning)))
    for (output, values) in zip(try plan.run(input), reference.outputs(input.doubles, parameters.doubles)) {
      #expect(relativeError(output, values) < TestNetwork.tolerance)
    }
  }

  @Test(arguments: TestNetwork.all) func theCallersParametersStayAsTheyWere(_ network: TestNetwork) throws {
    let parameters = network.parameters()
    let values = parameters.names.map { parameters[$0]?.values }
    _ = try InferencePlan(network.graph, parameters: parameters, inputShape: network.inputShape(batch: 1))
    #expect(parameters.names == network.parameters().names)
    #expect(parameters.names.map { parameters[$0]?.values } == values)
  }

  @Test(arguments: TestNetwork.all) func runsGiveIdenticalBytes(_ network: TestNetwork) throws {
    let input = network.input(batch: 1)
    let parameters = network.parameters()
    let plan = try InferencePlan(network.graph, parameters: parameters, inputShape: input.shape)
    let first = try plan.run(input)
    _ = try plan.run(network.input(batch: 1, seed: 9))
    #expect(try plan.run(input) == first)
    let other = try InferencePlan(network.graph, parameters: parameters, inputShape: input.shape)
    #expect(try other.run(input) == first)
  }

  @Test(arguments: [(1, true, 0), (1, false, 1), (2, true, 1)])
  func wholeBlocksAreJoinedInPlaceWithOneImage(batch: Int, inPlace: Bool, steps: Int) throws {
    let network = TestNetwork.named("concatenation of whole blocks")
    let plan = try InferencePlan(
      network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: batch),
      options: .init(concatenatesInPlace: inPlace))
    #expect(try plan.profile().count { $0.name == "concatenate" } == steps)
  }

  @Test(arguments: [("pooled convolutions", "pool", 3), ("sums of activated convolutions", "add", 0)])
  func whatFollowsAConvolutionIsPartOfIt(_ name: String, _ step: String, left: Int) throws {
    let network = TestNetwork.named(name)
    let plan = try InferencePlan(
      network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: 1))
    #expect(try plan.profile().count { $0.name == step } == left)
  }

  @Test func buffersThatAreNeverAliveTogetherShareMemory() throws {
    func memory(_ layers: Int) throws -> Int {
      let graph = Graph(inputChannels: 16) { images in
        [
          (0..<layers).reduce(images) {
            Convolution("c\($1)", inputChannels: 16, outputChannels: 16, kernelSize: 1)($0)
          }
        ]
      }
      var generator = SeededGenerator(seed: 1)
      let parameters = graph.initialParameters(using: &generator)
      return try InferencePlan(graph, parameters: parameters, inputShape: [1, 16, 64, 64]).memoryByteCount
    }
    // One map is 256 KiB, one layer's weights 1 KiB.
    #expect(try memory(12) - memory(6) < 64 << 10)
  }

  @Test func profileNamesEveryStep() throws {
    let network = TestNetwork.named("sum of two convolutions")
    let plan = try InferencePlan(
      network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: 1))
    let profile = try plan.profile()
    #expect(profile.map(\.name).suffix(3) == ["c1", "c2", "output c2"])
    #expect(profile.allSatisfy { !$0.implementation.isEmpty && $0.seconds >= 0 })
  }

  @Test func parametersThatDoNotFitAreErrors() throws {
    let network = TestNetwork.named("image plus its convolution")
    var parameters = network.parameters()
    parameters["c.bias"] = Tensor(zeros: [4])
    let shape = network.inputShape(batch: 1)
    let error = #expect(throws: GraphError.self) {
      try InferencePlan(network.graph, parameters: parameters, inputShape: shape)
    }
    #expect(error?.description == "parameter c.bias has shape 4, where the network expects 3")
    let missing = #expect(throws: GraphError.self) {
      try InferencePlan(network.graph, parameters: ParameterStore(), inputShape: shape)
    }
    #expect(missing?.description == "parameter c.weight of shape 3×3×3×3 is missing")
  }

  @Test func anInputOfAnotherShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      let network = TestNetwork.named("input is an output")
      let plan = try InferencePlan(
        network.graph, parameters: network.parameters(), inputShape: network.inputShape(batch: 1))
      _ = try plan.run(network.input(batch: 2))
    }
  }
}
