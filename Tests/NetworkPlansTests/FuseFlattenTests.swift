import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

/// Fully connected layers that read maps as they lie, against those that read a flattened copy.
@Suite struct FuseFlattenTests {
  /// One layer reads the maps behind a convolution, one the input.
  static func graph(channels: Int) -> Graph {
    Graph(inputChannels: channels) { images in
      let maps = Convolution("c", inputChannels: channels, outputChannels: channels, kernelSize: 3, padding: 1)(images)
      let hidden = InnerProduct("f1", inputFeatures: channels * 20, outputFeatures: 24)(maps.relu().flattened()).relu()
      let direct = InnerProduct("f2", inputFeatures: channels * 20, outputFeatures: 7, hasBias: false)
      return [InnerProduct("f3", inputFeatures: 24, outputFeatures: 10)(hidden), direct(images.flattened())]
    }
  }

  static func without(_ passes: [GraphPass]) -> [GraphPass] { passes.filter { $0 != .fuseFlatten } }

  // Twelve channels leave padding in the last block, three are less than one.
  @Test(arguments: [16, 12, 3], [1, 5])
  func inferenceGivesTheSameOutputs(channels: Int, batch: Int) throws {
    let graph = Self.graph(channels: channels)
    let parameters = ZeroCopyBindingsTests.parameters(of: graph)
    let input = ZeroCopyBindingsTests.tensor([batch, channels, 4, 5], seed: 1)
    let fused = try InferencePlan(graph, parameters: parameters, inputShape: input.shape)
    let copied = try InferencePlan(
      graph, parameters: parameters, inputShape: input.shape, options: .init(passes: Self.without(GraphPass.inference)))
    for (output, expected) in zip(try fused.run(input), try copied.run(input)) {
      #expect(relativeError(output, expected.doubles) < 1e-5)
    }
    #expect(try copied.profile().contains { $0.name == "flatten" })
    #expect(try !fused.profile().contains { $0.name == "flatten" })
  }

  /// With whole blocks on both sides the layer is a native convolution.
  @Test(arguments: [1, 2, 130])
  func wholeBlocksGoThroughProducts(batch: Int) throws {
    let graph = Graph(inputChannels: 16) { images in
      let maps = Convolution("c", inputChannels: 16, outputChannels: 32, kernelSize: 1)(images)
      let hidden = InnerProduct("f1", inputFeatures: 32 * 9, outputFeatures: 48)(maps.flattened()).relu()
      return [InnerProduct("f2", inputFeatures: 48, outputFeatures: 16, hasBias: false)(hidden)]
    }
    let parameters = ZeroCopyBindingsTests.parameters(of: graph)
    let input = ZeroCopyBindingsTests.tensor([batch, 16, 3, 3], seed: 4)
    let plan = try InferencePlan(graph, parameters: parameters, inputShape: input.shape)
    let found = try plan.run(input)[0]
    let values = graph.parameters.reduce(into: [:]) { $0[$1.name] = parameters[$1.name]?.doubles }
    let reference = try ReferenceNetwork(graph, inputShape: input.shape, isTraining: false)
    let expected = reference.outputs(input.doubles, values)[0]
    #expect(relativeError(found, expected) < 1e-5)
  }

  @Test(arguments: [16, 12, 3], [1, 5])
  func trainingGivesTheSameGradients(channels: Int, batch: Int) throws {
    let graph = Self.graph(channels: channels)
    let parameters = ZeroCopyBindingsTests.parameters(of: graph)
    let input = ZeroCopyBindingsTests.tensor([batch, channels, 4, 5], seed: 1)
    let fused = try TrainingPlan(graph, inputShape: input.shape, needsInputGradient: true)
    let copied = try TrainingPlan(
      graph, inputShape: input.shape, needsInputGradient: true, passes: Self.without(GraphPass.training))
    // The first step leaves memory that is not zero behind.
    for seed: UInt64 in [7, 3] {
      let outputs = try fused.forward(input, parameters: parameters)
      for (output, expected) in zip(outputs, try copied.forward(input, parameters: parameters)) {
        #expect(relativeError(output, expected.doubles) < 1e-5)
      }
      let outputGradients = outputs.map { ZeroCopyBindingsTests.tensor($0.shape, seed: seed) }
      let found = try fused.backward(outputGradients)
      let gradients = try copied.backward(outputGradients)
      #expect(gradients.names == graph.parameters.map(\.name))
      for name in gradients.names {
        let gradient = try #require(found[name])
        let expected = try #require(gradients[name])
        #expect(relativeError(gradient, expected.doubles) < 1e-5, "\(name)")
      }
      let gradient = try #require(fused.inputGradient)
      let expected = try #require(copied.inputGradient)
      #expect(relativeError(gradient, expected.doubles) < 1e-5)
    }
    #expect(try copied.profile().contains { $0.name == "flatten" })
    #expect(try !fused.profile().contains { $0.name == "flatten" })
  }

  @Test func aFlattenedCopyThatOthersReadStays() throws {
    let graph = Graph(inputChannels: 12) { images in
      let flat = images.flattened()
      return [flat, InnerProduct("f", inputFeatures: 240, outputFeatures: 3)(flat), flat.relu()]
    }
    let parameters = ZeroCopyBindingsTests.parameters(of: graph)
    let input = ZeroCopyBindingsTests.tensor([2, 12, 4, 5], seed: 1)
    let outputs = try InferencePlan(graph, parameters: parameters, inputShape: input.shape).run(input)
    #expect(outputs[0].values == input.values)
    #expect(outputs[2].values == input.values.map { max(0, $0) })
    let reference = try ReferenceNetwork(graph, inputShape: input.shape, isTraining: false)
    #expect(relativeError(outputs[1], reference.outputs(input.doubles, parameters.doubles)[1]) < 1e-5)
  }
}
