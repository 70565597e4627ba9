import Classification
import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors
import Testing
import Visualization

/// Logits of a classifier followed back.
struct LabelGradientsTests {
  /// Two channels of the image as they are, averaged, and two classes of weights (1, −1) and (2, 3).
  private func network() -> ExplainableNetwork {
    let graph = Graph(inputChannels: 3) { image in
      let maps = Convolution("maps", inputChannels: 3, outputChannels: 2, kernelSize: 1)(image)
      return [InnerProduct("classes", inputFeatures: 2, outputFeatures: 2)(maps.globallyAveraged().flattened())]
    }
    var parameters = ParameterStore()
    parameters["maps.weight"] = Tensor(shape: [2, 3, 1, 1], values: [1, 0, 0, 0, 1, 0])
    parameters["maps.bias"] = Tensor(shape: [2], values: [0, 0])
    parameters["classes.weight"] = Tensor(shape: [2, 2], values: [1, -1, 2, 3])
    parameters["classes.bias"] = Tensor(shape: [2], values: [0, 0])
    return ExplainableNetwork(
      graph: graph, parameters: parameters,
      preprocessing: Preprocessing(
        inputSize: ImageSize(width: 2, height: 1), resize: .stretch, mean: [0, 0, 0], standardDeviation: [1, 1, 1]),
      head: LabelDecisionHead())
  }

  /// Left 1 and 0, right 0.2 and 0.6; the gradient of a mean of two is half the class's weight. For the first class 1/2 at the
  /// left and 1/2 · 0.2 − 1/2 · 0.6 < 0 at the right; for the second 1 and 0.2 + 0.9.
  @Test func mapsOfTwoClassesByHand() throws {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [255, 0, 0, 51, 153, 0])
    let network = network()
    let gradients = try DecisionGradients(
      network, input: network.input(SourceImage(image)), layers: nil, options: DetectionOptions(confidence: 0))
    #expect(gradients.layers.map(\.name) == ["maps"])
    // Means of 0.6 and 0.3: logits of 0.3 and 2.1.
    #expect(gradients.decisions.map(\.classIndex) == [1, 0])
    for (classIndex, expected) in [[0.5, 0], [1, 1.1]].enumerated() {
      let traced = try #require(try gradients.gradients(of: .label(classIndex: classIndex, score: 1))?.first)
      let map = ClassActivation.gradCAM(activations: traced.value, gradient: traced.gradient)
      for (value, expected) in zip(map.values, expected) { #expect(abs(Double(value) - expected) < 1e-5) }
    }
  }

  /// Every value of the last maps a little to both sides, against the gradient that LayerCAM weighs by.
  @Test func gradientsOfALecturesNetwork() throws {
    var configuration = ClassifierConfiguration()
    configuration.inputSize = ImageSize(width: 10, height: 10)
    let graph = configuration.graph(classCount: 3)
    var generator = SeededGenerator(seed: 4)
    let network = ExplainableNetwork(
      graph: graph, parameters: graph.initialParameters(using: &generator),
      preprocessing: configuration.preprocessing, head: LabelDecisionHead())
    var image = RGBImage(size: configuration.inputSize, color: (90, 100, 110))
    image.fillRectangle(x: 2, y: 3, width: 5, height: 4, color: .white)
    let gradients = try DecisionGradients(
      network, input: network.input(SourceImage(image)), layers: ["conv2"],
      options: DetectionOptions(confidence: 0))
    let traced = try #require(try gradients.gradients(of: .label(classIndex: 1, score: 1))?.first)
    #expect(traced.layer.name == "conv2" && traced.gradient.shape == traced.value.shape)
    // What follows the layer: ReLU, pooling of 2×2 maps to one number, and two fully connected layers.
    func logit(_ map: Tensor) throws -> Float {
      let rest = Graph(inputChannels: 64) { map in
        let hidden = InnerProduct("fc1", inputFeatures: 64, outputFeatures: 1024)(
          map.relu().maxPooled(kernelSize: 2, stride: 2).flattened())
        return [InnerProduct("fc2", inputFeatures: 1024, outputFeatures: 3)(hidden.relu())]
      }
      return try InferencePlan(rest, parameters: network.parameters, inputShape: map.shape).run(map)[0][1]
    }
    let largest = try #require(
      traced.gradient.values.indices.max { abs(traced.gradient[$0]) < abs(traced.gradient[$1]) })
    let step: Float = 0.01
    var (above, below) = (traced.value, traced.value)
    above[largest] += step
    below[largest] -= step
    let slope = try (logit(above) - logit(below)) / (2 * step)
    #expect(abs(slope - traced.gradient[largest]) < 0.02 * abs(slope))
  }
}
