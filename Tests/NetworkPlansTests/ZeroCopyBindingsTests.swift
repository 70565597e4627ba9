import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

@Suite struct ZeroCopyBindingsTests {
  /// Outputs: a map that later layers read, could write over and outlive; one behind it; vectors; a map in between.
  static func graph(channels: Int) -> Graph {
    func convolution(_ name: String) -> Convolution {
      Convolution(name, inputChannels: channels, outputChannels: channels, kernelSize: 3, padding: 1)
    }
    return Graph(inputChannels: channels) { images in
      let x = convolution("c1")(images)
      let y = x.sigmoid()
      let z = (convolution("c2")(y) + x).relu()
      let last = convolution("c4")(convolution("c3")(z).sigmoid()).sigmoid()
      let vectors = InnerProduct("f", inputFeatures: channels * 30, outputFeatures: 5)(last.flattened())
      return [x, last, vectors, z]
    }
  }

  /// Everything is plain, mixed, all maps are blocked.
  static let zeroCopy = [
    ZeroCopyBindings(), ZeroCopyBindings(input: true), ZeroCopyBindings(outputs: [0]),
    ZeroCopyBindings(input: true, outputs: [1]),
    ZeroCopyBindings(input: true, outputs: [0, 3]), ZeroCopyBindings(input: true, outputs: [0, 1, 3]),
  ]

  static func parameters(of graph: Graph) -> ParameterStore {
    var generator = SeededGenerator(seed: 2)
    return graph.initialParameters(using: &generator)
  }

  static func tensor(_ shape: TensorShape, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return generator.tensor(shape)
  }

  // Twelve channels leave padding in the last block.
  @Test(arguments: zeroCopy, [(channels: 16, batch: 1), (channels: 12, batch: 2)])
  func inferenceGivesTheSameNumbers(zeroCopy: ZeroCopyBindings, sizes: (channels: Int, batch: Int)) throws {
    let graph = Self.graph(channels: sizes.channels)
    let parameters = Self.parameters(of: graph)
    let shape: TensorShape = [sizes.batch, sizes.channels, 6, 5]
    let plain = try InferencePlan(graph, parameters: parameters, inputShape: shape)
    let blocked = try InferencePlan(
      graph, parameters: parameters, inputShape: shape, options: .init(zeroCopy: zeroCopy))
    // The first run leaves memory that is not zero behind.
    for input in [Self.tensor(shape, seed: 8), Self.tensor(shape, seed: 1)] {
      let expected = try plain.run(input)
      if zeroCopy.input { blocked.blockedInput.write(input, of: blocked) }
      let rest = try zeroCopy.input ? blocked.run() : blocked.run(input)
      #expect(rest == expected.indices.filter { !zeroCopy.outputs.contains($0) }.map { expected[$0] })
      for position in zeroCopy.outputs {
        let output = blocked.blockedOutput(position).read(of: blocked)
        #expect(output.values == expected[position], "output \(position)")
        #expect(output.padding.allSatisfy { $0 == 0 }, "output \(position)")
      }
    }
  }

  @Test(arguments: zeroCopy, [(channels: 16, batch: 1), (channels: 12, batch: 2)])
  func trainingGivesTheSameNumbers(zeroCopy: ZeroCopyBindings, sizes: (channels: Int, batch: Int)) throws {
    let graph = Self.graph(channels: sizes.channels)
    let parameters = Self.parameters(of: graph)
    let shape: TensorShape = [sizes.batch, sizes.channels, 6, 5]
    let plain = try TrainingPlan(graph, inputShape: shape, needsInputGradient: true)
    let blocked = try TrainingPlan(graph, inputShape: shape, needsInputGradient: true, zeroCopy: zeroCopy)
    for seed: UInt64 in [8, 1] {
      let input = Self.tensor(shape, seed: seed)
      let expected = try plain.forward(input, parameters: parameters)
      let rest = try blocked.forward(parameters: parameters) { buffer in
        if zeroCopy.input {
          blocked.blockedInput.write(input, of: blocked)
        } else {
          input.withUnsafeBufferPointer { _ = buffer.update(from: $0) }
        }
      }
      let plainOutputs = expected.indices.filter { !zeroCopy.outputs.contains($0) }
      #expect(rest == plainOutputs.map { expected[$0] })
      for position in zeroCopy.outputs {
        let output = blocked.blockedOutput(position).read(of: blocked)
        #expect(output.values == expected[position], "output \(position)")
        #expect(output.padding.allSatisfy { $0 == 0 }, "output \(position)")
      }

      let outputGradients = expected.indices.map { Self.tensor(expected[$0].shape, seed: seed + UInt64($0)) }
      let gradients = try plain.backward(outputGradients)
      for position in zeroCopy.outputs {
        blocked.blockedOutputGradient(position).write(outputGradients[position], of: blocked)
      }
      let found = try blocked.backward(plainOutputs.map { outputGradients[$0] })
      for name in gradients.names {
        #expect(found[name] == gradients[name], "\(name)")
        #expect(gradients[name]?.values.contains { $0 != 0 } ?? false, "\(name)")
      }
      if zeroCopy.input {
        let gradient = try #require(blocked.blockedInputGradient).read(of: blocked)
        #expect(gradient.values == plain.inputGradient)
        #expect(gradient.padding.allSatisfy { $0 == 0 })
      } else {
        #expect(blocked.inputGradient == plain.inputGradient)
      }
    }
  }

  @Test func theGradientOfABlockedInputIsThereOnlyWhenAskedFor() throws {
    let graph = Self.graph(channels: 16)
    let plan = try TrainingPlan(graph, inputShape: [1, 16, 6, 5], zeroCopy: ZeroCopyBindings(input: true))
    #expect(plan.blockedInputGradient == nil)
  }

  @Test(
    arguments: [
      (3, ZeroCopyBindings(input: true), "layer images expects at least 8 channels in a blocked input, not 2×3×6×5"),
      (7, ZeroCopyBindings(input: true), "layer images expects at least 8 channels in a blocked input, not 2×7×6×5"),
      (16, ZeroCopyBindings(outputs: [1, 2]), "layer f expects N×C×H×W in a blocked output, not 2×5"),
    ])
  func portsThatCannotBeAreErrors(channels: Int, zeroCopy: ZeroCopyBindings, message: String) throws {
    let graph = Self.graph(channels: channels)
    let shape: TensorShape = [2, channels, 6, 5]
    let inference = #expect(throws: GraphError.self) {
      try InferencePlan(
        graph, parameters: Self.parameters(of: graph), inputShape: shape, options: .init(zeroCopy: zeroCopy))
    }
    #expect(inference?.description == message)
    let training = #expect(throws: GraphError.self) { try TrainingPlan(graph, inputShape: shape, zeroCopy: zeroCopy) }
    #expect(training?.description == message)
  }

  @Test func aPlainPortIsNoMap() async {
    await #expect(processExitsWith: .failure) {
      let plan = try TrainingPlan(
        ZeroCopyBindingsTests.graph(channels: 16), inputShape: [1, 16, 6, 5], zeroCopy: ZeroCopyBindings(outputs: [0]))
      _ = plan.blockedOutput(1)
    }
  }

  @Test func aBlockedPortTakesNoTensor() async {
    await #expect(processExitsWith: .failure) {
      let graph = ZeroCopyBindingsTests.graph(channels: 16)
      let plan = try InferencePlan(
        graph, parameters: ZeroCopyBindingsTests.parameters(of: graph), inputShape: [1, 16, 6, 5],
        options: .init(zeroCopy: ZeroCopyBindings(input: true)))
      _ = try plan.run(Tensor(zeros: [1, 16, 6, 5]))
    }
  }
}
