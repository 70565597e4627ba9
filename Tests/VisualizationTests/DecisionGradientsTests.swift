import ComputeGraph
import DetectionUtilities
import ImageCodecs
import ModelZoo
import Models
import NetworkPlans
import Tensors
import Testing
import Visualization
import YOLO

/// Scores followed back through the model inside the program, with the head's slopes against finite differences.
struct DecisionGradientsTests {
  private let network: ExplainableNetwork
  private let input: NetworkInput

  init() throws {
    network = try #require(try ModelCatalog.explainable(LoadedModel(.builtIn)))
    var image = RGBImage(size: network.preprocessing.inputSize, color: (110, 130, 150))
    image.fillRectangle(x: 40, y: 60, width: 50, height: 40, color: RGBColor(red: 220, green: 40, blue: 30))
    input = network.preprocessing(SourceImage(image))
  }

  private var layers: [NetworkLayer] {
    get throws { try network.graph.layers(input: input.shape) }
  }

  /// The surest of all, however unsure.
  private let anything = DetectionOptions(confidence: 0.0001, iou: 0.45, maximumDetections: 3)

  @Test func theNetworkComputesAsInInference() throws {
    let maps = try network.graph.lastJoinedMaps(layers)
    let gradients = try DecisionGradients(network, input: input, layers: nil, options: anything)
    #expect(gradients.layers.map(\.name) == maps.map(\.name) && maps.count == network.graph.outputs.count)
    let decision = try #require(gradients.decisions.first)
    let traced = try #require(try gradients.gradients(of: decision)?.first)
    let layer = try #require(try layers.first { $0.name == traced.layer.name })
    #expect(traced.value.shape == layer.shape && traced.gradient.shape == layer.shape)
    #expect(traced.gradient.values.contains { $0 != 0 })
    guard case .object(let detection) = decision else {
      Issue.record("a detector decides on objects")
      return
    }
    // What the layer computed is what inference computes.
    let inferred = try FeatureMaps.of([layer], network.graph, parameters: network.parameters, input: input)[0]
    let scale = inferred.values.values.map(abs).max() ?? 0
    for (found, expected) in zip(traced.value.values, inferred.values.values) {
      #expect(abs(found - expected) < 1e-3 * scale)
    }
    // The score by the decision itself.
    let outputs = try InferencePlan(network.graph, parameters: network.parameters, inputShape: input.shape)
      .run(filling: input.write)
    let again = try network.head.decisions(outputs, options: anything)
    #expect(again.contains { abs($0.score - detection.score) < 1e-4 && $0.classIndex == detection.classIndex })
  }

  /// The head's own slopes: raw outputs a little to both sides.
  @Test func slopesOfTheHead() throws {
    let outputs = try InferencePlan(network.graph, parameters: network.parameters, inputShape: input.shape)
      .run(filling: input.write)
    let decision = try #require(try network.head.decisions(outputs, options: anything).first)
    let gradient = try #require(try network.head.scoreGradient(of: decision, outputs: outputs))
    #expect(gradient.map(\.shape) == outputs.map(\.shape))
    let places = gradient.indices.flatMap { level in
      (0..<gradient[level].elementCount).filter { gradient[level][$0] != 0 }.map { (level, $0) }
    }
    #expect(places.count >= 2)
    for (level, place) in places {
      let scores = try [Float(0.01), -0.01].map { change in
        var changed = outputs
        changed[level][place] += change
        // The box stays, since only objectness and classes are changed.
        return try network.head.decisions(changed, options: anything).first { box($0) == box(decision) }?.score ?? 0
      }
      let slope = (scores[0] - scores[1]) / 0.02
      #expect(abs(slope - Double(gradient[level][place])) < 1e-3 * abs(slope) + 1e-6, "place \(place)")
    }
  }

  private func box(_ decision: Decision) -> BoundingBox? {
    if case .object(let detection) = decision { detection.box } else { nil }
  }

  @Test func aDecisionOfAnotherImageIsNotExplained() throws {
    let gradients = try DecisionGradients(network, input: input, layers: nil, options: anything)
    let elsewhere = Decision.object(
      Detection(box: BoundingBox(x1: 1, y1: 2, x2: 3, y2: 4), classIndex: 0, score: 0.5))
    #expect(try gradients.gradients(of: elsewhere) == nil)
    #expect(try gradients.gradients(of: .label(classIndex: 0, score: 1)) == nil)
  }

  @Test func anUnknownLayerIsNamedWithTheNearest() throws {
    let first = try layers[0].name
    #expect {
      try DecisionGradients(network, input: input, layers: [first + "x"], options: anything)
    } throws: {
      "\($0)".contains("there is no layer \"\(first)x\"; the nearest are \(first)")
    }
  }

  @Test func aLayerWithoutKernelsIsNamed() throws {
    let layer = try #require(try layers.first { !$0.operation.contains("convolution") })
    #expect {
      try KernelSheet(of: network.graph, parameters: network.parameters, layer: layer)
    } throws: {
      "\($0)" == "\(layer.name) has no kernels (\(layer.operation)); expected a convolution"
    }
    let sheet = try KernelSheet(of: network.graph, parameters: network.parameters, layer: nil)
    #expect(sheet.caption.contains("over 3 channels"))
  }
}
