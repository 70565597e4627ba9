import ComputeGraph
import NetworkPlans
import NetworkTesting
import TensorTesting
import Tensors
import Testing

/// Gradients of whole networks against central differences of the same network in double precision, where the step can
/// be so small that no ReLU and no maximum changes sides.
@Suite struct TrainingPlanGradientTests {
  static let step = 1e-6
  static let tolerance = 1e-4

  @Test(arguments: TestNetwork.all, [GraphPass.training, []])
  func agreesWithDifferences(_ network: TestNetwork, _ passes: [GraphPass]) throws {
    let input = network.input(batch: 2)
    let parameters = network.parameters()
    let plan = try TrainingPlan(
      network.graph, inputShape: input.shape, needsInputGradient: true, passes: passes,
      generator: SeededGenerator(seed: 4))
    let reference = try ReferenceNetwork(
      network.graph, inputShape: input.shape, isTraining: true, generator: SeededGenerator(seed: 4))
    _ = try plan.forward(input, parameters: parameters)
    // Loss Σ cᵢ yᵢ over all outputs.
    var generator = SeededGenerator(seed: 5)
    let factors = plan.outputShapes.map { generator.tensor($0) }
    let gradients = try plan.backward(factors)
    func loss(_ input: [Double], _ parameters: ReferenceNetwork.Parameters) -> Double {
      zip(reference.outputs(input, parameters), factors).reduce(0) { total, pair in
        total + zip(pair.0, pair.1.doubles).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }

    var plain = parameters.doubles
    // A bias in front of a normalisation has no gradient but rounding, so that the scale is not each tensor's alone.
    let largest = gradients.names.compactMap { gradients[$0]?.doubles.map(abs).max() }.max() ?? 0
    let samples = input.elementCount > 10_000 ? 1 : 5
    for specification in network.graph.parameters where specification.isTrainable {
      let name = specification.name
      let gradient = try #require(gradients[name])
      let scale = max(gradient.doubles.map(abs).max() ?? 0, 0.01 * largest)
      for element in Self.sample(gradient.elementCount, samples) {
        let value = try #require(plain[name]?[element])
        plain[name]?[element] = value + Self.step
        let above = loss(input.doubles, plain)
        plain[name]?[element] = value - Self.step
        let below = loss(input.doubles, plain)
        plain[name]?[element] = value
        let difference = (above - below) / (2 * Self.step)
        #expect(
          abs(difference - Double(gradient[element])) < Self.tolerance * scale,
          "\(name)[\(element)]: \(gradient[element]), by differences \(difference)")
      }
    }

    let inputGradient = try #require(plan.inputGradient)
    let scale = inputGradient.doubles.map(abs).max() ?? 0
    var values = input.doubles
    for element in Self.sample(values.count, samples) {
      let value = values[element]
      values[element] = value + Self.step
      let above = loss(values, plain)
      values[element] = value - Self.step
      let below = loss(values, plain)
      values[element] = value
      let difference = (above - below) / (2 * Self.step)
      #expect(
        abs(difference - Double(inputGradient[element])) < Self.tolerance * scale,
        "input[\(element)]: \(inputGradient[element]), by differences \(difference)")
    }
  }

  /// Elements spread over a tensor.
  static func sample(_ count: Int, _ samples: Int) -> [Int] {
    (0..<min(count, samples)).map { ($0 * count + count / 2) / min(count, samples) }
  }
}
