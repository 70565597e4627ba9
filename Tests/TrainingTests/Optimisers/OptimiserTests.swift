import ComputeGraph
import Tensors
import Testing
import Training

/// What every optimiser promises.
@Suite struct OptimiserTests {
  static let optimisers: [any Optimiser] = [
    StochasticGradientDescent(momentum: 0.9, weightDecay: 0.1), AdamW(weightDecay: 0.1),
  ]

  static let specifications = [
    ParameterSpecification(name: "w", shape: [2], role: .weight),
    ParameterSpecification(name: "b", shape: [1], role: .bias),
    ParameterSpecification(name: "mean", shape: [1], role: .runningMean),
    ParameterSpecification(name: "frozen", shape: [1], role: .weight),
  ]

  static func parameters() -> ParameterStore {
    store(["w": [1, -2], "b": [1], "mean": [5], "frozen": [6]])
  }

  static func store(_ values: KeyValuePairs<String, [Float]>) -> ParameterStore {
    var store = ParameterStore()
    for (name, values) in values { store[name] = Tensor(shape: [values.count], values: values) }
    return store
  }

  /// Three steps with the gradients 0.5, −0.25 and 1 everywhere, at rate 0.1; the weights after each.
  static func weights(of optimiser: any Optimiser) -> (weights: [[Float]], biases: [Float]) {
    var optimiser = optimiser
    var parameters = parameters()
    var weights: [[Float]] = []
    var biases: [Float] = []
    for gradient: Float in [0.5, -0.25, 1] {
      optimiser.step(
        parameters: &parameters,
        gradients: store(["w": [gradient, gradient], "b": [gradient], "mean": [gradient]]),
        specifications: specifications, learningRate: 0.1)
      weights.append(parameters["w"]?.values ?? [])
      biases.append(parameters["b"]?[0] ?? .nan)
    }
    return (weights, biases)
  }

  @Test(arguments: optimisers.indices)
  func onlyTrainableParametersWithGradientChange(index: Int) {
    var optimiser = Self.optimisers[index]
    var parameters = Self.parameters()
    optimiser.step(
      parameters: &parameters, gradients: Self.store(["w": [1, 1], "mean": [1]]),
      specifications: Self.specifications, learningRate: 0.1)
    #expect(parameters["w"]?.values != [1, -2])
    #expect(parameters["b"]?.values == [1])
    #expect(parameters["mean"]?.values == [5])
    #expect(parameters["frozen"]?.values == [6])
    #expect(optimiser.stepCount == 1)
  }

  @Test(arguments: optimisers.indices)
  func aRestoredOptimiserContinuesExactly(index: Int) throws {
    var whole = Self.optimisers[index]
    var parameters = Self.parameters()
    func step(_ optimiser: inout any Optimiser, _ parameters: inout ParameterStore, _ gradient: Float = 0.3) {
      optimiser.step(
        parameters: &parameters, gradients: Self.store(["w": [gradient, -0.7], "b": [2]]),
        specifications: Self.specifications, learningRate: 0.01)
    }
    step(&whole, &parameters)
    step(&whole, &parameters, -2)
    var copy = parameters
    var restored = Self.optimisers[index]
    try restored.restore(state: whole.state, stepCount: whole.stepCount, specifications: Self.specifications)
    #expect(restored.stepCount == 2)
    step(&whole, &parameters)
    step(&restored, &copy)
    #expect(copy["w"] == parameters["w"])
    #expect(copy["b"] == parameters["b"])
    var fresh = Self.optimisers[index]
    var other = parameters
    step(&whole, &parameters)
    step(&fresh, &other)
    #expect(other["w"] != parameters["w"], "without its state an optimiser goes elsewhere")
  }

  @Test(arguments: [
    (0, "velocity.x", 2), (0, "velocity.w", 3), (0, "velocity.mean", 1), (0, "firstMoment.w", 2),
    (1, "velocity.w", 2), (1, "firstMoment.w", 2), (1, "secondMoment.w", 2), (1, "secondMoment.b", 2),
  ])
  func stateThatDoesNotFitIsNamed(index: Int, name: String, count: Int) throws {
    var optimiser = Self.optimisers[index]
    var state = ParameterStore()
    state[name] = Tensor(zeros: [count])
    let error = try #require(throws: OptimiserStateError.self) {
      try optimiser.restore(state: state, stepCount: 1, specifications: Self.specifications)
    }
    #expect(error.tensor.hasSuffix(name.split(separator: ".")[1]))
  }

  @Test func aGradientOfAnotherSizeIsACallersMistake() async {
    await #expect(processExitsWith: .failure) {
      var optimiser = StochasticGradientDescent()
      var parameters = OptimiserTests.parameters()
      optimiser.step(
        parameters: &parameters, gradients: OptimiserTests.store(["w": [1, 2, 3]]),
        specifications: OptimiserTests.specifications, learningRate: 0.1)
    }
  }
}
