import ComputeGraph
import Foundation
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

@Suite struct TrainingPlanTests {
  @Test func oneStepByHand() throws {
    let graph = Graph(inputChannels: 1) { images in
      let maps = Convolution("conv", inputChannels: 1, outputChannels: 1, kernelSize: 2)(images)
      let pooled = maps.relu().maxPooled(kernelSize: 2, stride: 2, ceilMode: true)
      let logits = InnerProduct("classes", inputFeatures: 4, outputFeatures: 2)(pooled.flattened())
      return [maps, pooled, logits, logits.softmax()]
    }
    var parameters = ParameterStore()
    parameters["conv.weight"] = Tensor(shape: [1, 1, 2, 2], values: [1, -1, 0, 1])
    parameters["conv.bias"] = Tensor(shape: [1], values: [0.5])
    parameters["classes.weight"] = Tensor(
      shape: [2, 4], values: [0.2, 0.3, -0.5, 0.7, -0.6, 0.1, 0.4, 0.5])
    parameters["classes.bias"] = Tensor(shape: [2], values: [0.1, -0.2])
    let images = Tensor(shape: [1, 1, 4, 4], values: [1, 2, 3, 0, 4, 5, 6, 1, 7, 8, 9, 2, 0, 1, 2, 3])

    let plan = try TrainingPlan(graph, inputShape: [1, 1, 4, 4])
    let outputs = try plan.forward(images, parameters: parameters)
    #expect(outputs[0].values == [4.5, 5.5, 4.5, 7.5, 8.5, 7.5, 0.5, 1.5, 10.5])
    #expect(outputs[1].values == [8.5, 7.5, 1.5, 10.5])
    #expect(relativeError(outputs[2], [10.65, 1.30]) < 1e-6)

    // Cross-entropy with class 0: loss −ln p₀, gradient p − y, in double precision.
    let exponential = exp(Double(outputs[2][1]) - Double(outputs[2][0]))
    let rest = exponential / (1 + exponential)
    #expect(abs(log(1 + exponential) - 8.696164e-05) < 1e-4 * 8.7e-5)
    #expect(abs(Double(outputs[3][1]) - rest) < 1e-5 * rest)
    let gradients = try plan.backward([
      Tensor(zeros: outputs[0].shape), Tensor(zeros: outputs[1].shape),
      Tensor(shape: [1, 2], values: [Float(-rest), Float(rest)]), Tensor(zeros: [1, 2]),
    ])
    let weight = try #require(gradients["conv.weight"])
    let bias = try #require(gradients["conv.bias"])
    #expect(relativeError(weight, [1.739157e-05, 2.347862e-04, -6.695755e-04, -5.565303e-04]) < 1e-5)
    #expect(relativeError(bias, [-2.608736e-05]) < 1e-4)
    // ∂L/∂logits by the pooled values.
    let classes = try #require(gradients["classes.weight"])
    #expect(relativeError(classes, [-8.5, -7.5, -1.5, -10.5, 8.5, 7.5, 1.5, 10.5].map { $0 * rest }) < 1e-6)
  }

  @Test(arguments: TestNetwork.all, [1, 2])
  func forwardAgreesWithThePlainLoops(_ network: TestNetwork, batch: Int) throws {
    let input = network.input(batch: batch)
    let parameters = network.parameters()
    let plan = try TrainingPlan(network.graph, inputShape: input.shape, generator: SeededGenerator(seed: 4))
    let reference = try ReferenceNetwork(
      network.graph, inputShape: input.shape, isTraining: true, generator: SeededGenerator(seed: 4))
    let expected = reference.outputs(input.doubles, parameters.doubles)
    #expect(plan.outputShapes == reference.graph.outputs.map { reference.shapes[$0] })
    for (output, values) in zip(try plan.forward(input, parameters: parameters), expected) {
      #expect(relativeError(output, values) < TestNetwork.tolerance)
    }
  }

  @Test(arguments: TestNetwork.all) func stepsGiveIdenticalBytes(_ network: TestNetwork) throws {
    let input = network.input(batch: 2)
    let parameters = network.parameters()
    func step(_ plan: TrainingPlan) throws -> (outputs: [Tensor], gradients: [Tensor?]) {
      let outputs = try plan.forward(input, parameters: parameters)
      let gradients = try plan.backward(outputs)
      return (outputs, gradients.names.map { gradients[$0] })
    }
    let plan = try TrainingPlan(network.graph, inputShape: input.shape, generator: SeededGenerator(seed: 4))
    let first = try step(plan)
    let other = try TrainingPlan(network.graph, inputShape: input.shape, generator: SeededGenerator(seed: 4))
    let second = try step(other)
    #expect(first.outputs == second.outputs)
    #expect(first.gradients == second.gradients)
    // Another step of the same plan draws other dropout masks.
    let hasDropout = network.graph.nodes.contains { $0.operation is DropoutOperation }
    let third = try step(plan)
    #expect((first.outputs == third.outputs) != hasDropout)
    #expect(hasDropout || first.gradients == third.gradients)
  }

  @Test func earlierGradientsStayAsTheyWere() throws {
    let network = TestNetwork.named("layers applied twice")
    let plan = try TrainingPlan(network.graph, inputShape: network.inputShape(batch: 2))
    let outputs = try plan.forward(network.input(batch: 2), parameters: network.parameters())
    let first = try plan.backward(outputs)
    let before = try #require(first["c.weight"]).values
    let zero = try plan.backward([Tensor(zeros: outputs[0].shape)])
    #expect(first["c.weight"]?.values == before)
    #expect(zero["c.weight"]?.values.allSatisfy { $0 == 0 } ?? false)
  }

  @Test func runningStatisticsMoveAsPyTorchs() throws {
    let graph = Graph(inputChannels: 2) { [BatchNormalization("n", channels: 2, momentum: 0.1)($0)] }
    var generator = SeededGenerator(seed: 1)
    var parameters = graph.initialParameters(using: &generator)
    parameters["n.running_mean"] = Tensor(shape: [2], values: [1, -1])
    // Channel 0: 0, 2, 4, 6: mean 3, unbiased variance 20/3. Channel 1: 1, 1, 1, 5: mean 2, unbiased variance 4.
    let input = Tensor(shape: [2, 2, 1, 2], values: [0, 2, 1, 1, 4, 6, 1, 5])
    let plan = try TrainingPlan(graph, inputShape: input.shape)
    _ = try plan.forward(input, parameters: parameters)
    plan.updateRunningStatistics(in: &parameters)
    let mean = try #require(parameters["n.running_mean"])
    let variance = try #require(parameters["n.running_var"])
    #expect(relativeError(mean, [0.9 * 1 + 0.1 * 3, 0.9 * -1 + 0.1 * 2]) < 1e-6)
    #expect(relativeError(variance, [0.9 + 0.1 * 20 / 3, 0.9 + 0.1 * 4]) < 1e-6)
  }

  @Test func trainingNormalisesByTheBatchAndInferenceByTheRunningStatistics() throws {
    let graph = Graph(inputChannels: 1) { [BatchNormalization("n", channels: 1, epsilon: 0)($0)] }
    var generator = SeededGenerator(seed: 1)
    var parameters = graph.initialParameters(using: &generator)
    parameters["n.running_mean"] = Tensor(shape: [1], values: [1])
    parameters["n.running_var"] = Tensor(shape: [1], values: [4])
    let input = Tensor(shape: [1, 1, 1, 4], values: [1, 3, 1, 3])
    let training = try TrainingPlan(graph, inputShape: input.shape).forward(input, parameters: parameters)
    #expect(training[0].values == [-1, 1, -1, 1])
    let inference = try InferencePlan(graph, parameters: parameters, inputShape: input.shape).run(input)
    #expect(inference[0].values == [0, 1, 0, 1])
  }

  @Test func dropoutKeepsTheMeanAndItsGradientFollowsTheMask() throws {
    let graph = Graph(inputChannels: 16) { images in
      let layer = Convolution("c", inputChannels: 16, outputChannels: 16, kernelSize: 1, hasBias: true)
      return [layer(images).droppedOut(rate: 0.25)]
    }
    var parameters = ParameterStore()
    parameters["c.weight"] = Tensor(zeros: [16, 16, 1, 1])
    parameters["c.bias"] = Tensor(repeating: 3, shape: [16])
    let shape: TensorShape = [2, 16, 16, 16]
    let plan = try TrainingPlan(graph, inputShape: shape, generator: SeededGenerator(seed: 3))
    let output = try plan.forward(Tensor(zeros: shape), parameters: parameters)[0]
    // Each element is dropped or scaled by 1/(1 − 0.25).
    #expect(output.values.allSatisfy { $0 == 0 || $0 == 4 })
    let dropped = output.values.count { $0 == 0 }
    // 8,192 draws: the standard deviation is 39.
    #expect(abs(dropped - 2048) < 160)
    let gradients = try plan.backward([Tensor(repeating: 1, shape: shape)])
    let kept = Double(output.elementCount - dropped) * 4 / 3
    let bias = try #require(gradients["c.bias"])
    #expect(abs(bias.doubles.reduce(0, +) - kept) < 1e-5 * kept)
  }

  @Test func theFirstLayerWithANonFiniteValueIsNamed() throws {
    let graph = Graph(inputChannels: 16) { images in
      (0..<4).reduce(into: [images]) { values, index in
        values = [Convolution("c\(index)", inputChannels: 16, outputChannels: 16, kernelSize: 1)(values[0])]
      }
    }
    var generator = SeededGenerator(seed: 1)
    var parameters = graph.initialParameters(using: &generator)
    let plan = try TrainingPlan(graph, inputShape: [1, 16, 4, 4])
    let input = generator.tensor([1, 16, 4, 4])
    let outputs = try plan.forward(input, parameters: parameters)
    #expect(try plan.firstNonFiniteLayer() == nil)
    parameters.update("c2.bias") { $0[5] = .infinity }
    // A backward pass before it: the memory of the forward pass has been used for other things.
    _ = try plan.forward(input, parameters: parameters)
    _ = try plan.backward([Tensor(repeating: .nan, shape: outputs[0].shape)])
    #expect(try plan.firstNonFiniteLayer() == "c2")
  }

  @Test func layersThatNoOutputReadsHaveZeroGradients() throws {
    let graph = Graph(inputChannels: 16) { images in
      _ = Convolution("unused", inputChannels: 16, outputChannels: 3, kernelSize: 1)(images)
      return [Convolution("used", inputChannels: 16, outputChannels: 3, kernelSize: 1)(images)]
    }
    var generator = SeededGenerator(seed: 1)
    let parameters = graph.initialParameters(using: &generator)
    let plan = try TrainingPlan(graph, inputShape: [1, 16, 2, 2])
    _ = try plan.forward(generator.tensor([1, 16, 2, 2]), parameters: parameters)
    let gradients = try plan.backward([generator.tensor([1, 3, 2, 2])])
    #expect(gradients.names == graph.parameters.map(\.name))
    #expect(gradients["unused.weight"]?.values.allSatisfy { $0 == 0 } ?? false)
    #expect(gradients["used.weight"]?.values.contains { $0 != 0 } ?? false)
    #expect(plan.inputGradient == nil)
  }

  @Test func passesThatTrainingDoesNotKnowTrap() async {
    await #expect(processExitsWith: .failure) {
      let network = TestNetwork.named("value plus itself")
      _ = try TrainingPlan(network.graph, inputShape: network.inputShape(batch: 1), passes: [.fuseActivation])
    }
  }

  @Test func gradientsOfAnotherShapeTrap() async {
    await #expect(processExitsWith: .failure) {
      let network = TestNetwork.named("value plus itself")
      let plan = try TrainingPlan(network.graph, inputShape: network.inputShape(batch: 1))
      _ = try plan.forward(network.input(batch: 1), parameters: network.parameters())
      _ = try plan.backward([Tensor(zeros: [1])])
    }
  }
}
