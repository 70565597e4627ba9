import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

@Suite struct GraphPassesTests {
  @Test(arguments: TestNetwork.all, GraphPass.allCases)
  func aPassAloneKeepsTheOutputs(_ network: TestNetwork, _ pass: GraphPass) throws {
    let input = network.input(batch: 2)
    let parameters = network.parameters()
    let plan = try InferencePlan(
      network.graph, parameters: parameters, inputShape: input.shape,
      options: .init(passes: [pass], concatenatesInPlace: false))
    let reference = try ReferenceNetwork(network.graph, inputShape: input.shape, isTraining: false)
    let expected = reference.outputs(input.doubles, parameters.doubles)
    for (output, values) in zip(try plan.run(input), expected) {
      #expect(relativeError(output, values) < TestNetwork.tolerance)
    }
  }

  @Test(arguments: TestNetwork.all, GraphPass.allCases)
  func aPassChangesWhatItShould(_ network: TestNetwork, _ pass: GraphPass) {
    var graph = network.graph
    var parameters = network.parameters()
    graph.apply(pass, parameters: &parameters)
    #expect(network.graph.nodes.count - graph.nodes.count == network.removed[pass] ?? 0)
    // The second time nothing is left to do.
    let once = graph
    graph.apply(pass, parameters: &parameters)
    #expect(graph.nodes == once.nodes && graph.outputs == once.outputs)
  }

  @Test(arguments: TestNetwork.all) func allPassesTogether(_ network: TestNetwork) {
    var graph = network.graph
    var parameters = network.parameters()
    for pass in GraphPass.inference { graph.apply(pass, parameters: &parameters) }
    #expect(network.graph.nodes.count - graph.nodes.count == network.removedByAll)
    for (index, node) in graph.nodes.enumerated() {
      #expect(node.inputs.allSatisfy { $0 < index })
    }
  }

  @Test func foldingByHand() throws {
    // w' = 2 · 3/√4 = 3; b' = (0 − 4) · 3/2 + 1 = −5.
    var graph = Graph(inputChannels: 1) { images in
      let layer = Convolution("conv", inputChannels: 1, outputChannels: 1, kernelSize: 1, hasBias: false)
      return [BatchNormalization("norm", channels: 1, epsilon: 0)(layer(images))]
    }
    var parameters = ParameterStore()
    for (name, value) in [
      ("conv.weight", 2), ("norm.weight", 3), ("norm.bias", 1), ("norm.running_mean", 4), ("norm.running_var", 4),
    ] as [(String, Float)] {
      parameters[name] = Tensor(repeating: value, shape: name == "conv.weight" ? [1, 1, 1, 1] : [1])
    }
    graph.apply(.foldBatchNormalization, parameters: &parameters)
    #expect(graph.nodes.count == 2)
    #expect(parameters["conv.weight"]?.values == [3])
    #expect(parameters["conv.bias"]?.values == [-5])
    try graph.check(parameters)
  }

  @Test func fusedNodesSaySo() {
    var graph = TestNetwork.named("sum of two convolutions").graph
    var parameters = TestNetwork.named("sum of two convolutions").parameters()
    for pass in GraphPass.inference { graph.apply(pass, parameters: &parameters) }
    guard let node = graph.nodes[graph.outputs[0]].operation as? ConvolutionOperation else {
      Issue.record("the output is not a convolution")
      return
    }
    #expect(node.epilogue.addsDestination)
    #expect(node.epilogue.activation == .relu)
    // The later convolution takes the sum, so that the earlier one's result is there.
    #expect(graph.nodes.map(\.name) == ["images", "c1", "c2"])
  }
}
