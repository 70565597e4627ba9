import ComputeGraph
import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import NetworkPlans
import Tensors
import Testing
import Visualization

/// Scores of a two-stage detector followed back through its head and the pooling of regions.
struct TwoStageGradientsTests {
  private let head: RegionDecisionHead
  private let network: ExplainableNetwork
  private let input: NetworkInput

  init() throws {
    var configuration = FasterRCNNConfiguration()
    configuration.inputSize = ImageSize(width: 64, height: 64)
    configuration.backbone.widthMultiplier = 0.25
    configuration.pyramid.channels = 16
    configuration.regions.width = 24
    configuration.proposals.count = 20
    let model = FasterRCNNNetwork(configuration, classCount: 2)
    var generator = SeededGenerator(seed: 7)
    let parameters = model.initialParameters(using: &generator)
    head = RegionDecisionHead(model, parameters: parameters)
    let preprocessing = Preprocessing(inputSize: configuration.inputSize)
    network = ExplainableNetwork(
      graph: model.trunk, parameters: parameters, preprocessing: preprocessing, head: head)
    var image = RGBImage(size: configuration.inputSize, color: (90, 100, 110))
    image.fillRectangle(x: 12, y: 20, width: 30, height: 24, color: .white)
    input = preprocessing(SourceImage(image))
  }

  private let anything = DetectionOptions(confidence: 0.01, iou: 0.5, maximumDetections: 5)

  @Test func decisionsAreThoseOfTheDetector() throws {
    let outputs = try InferencePlan(network.graph, parameters: network.parameters, inputShape: input.shape)
      .run(filling: input.write)
    let decisions = try head.decisions(outputs, options: anything)
    #expect(!decisions.isEmpty)
    let gradients = try DecisionGradients(network, input: input, layers: nil, options: anything)
    let decision = try #require(gradients.decisions.first)
    let traced = try #require(try gradients.gradients(of: decision))
    #expect(traced.count == 1 && traced[0].gradient.values.contains { $0 != 0 })
  }

  /// The maps a little to both sides along their gradient, with the region where it is.
  @Test func slopesOfTheHead() throws {
    let outputs = try InferencePlan(network.graph, parameters: network.parameters, inputShape: input.shape)
      .run(filling: input.write)
    let decision = try #require(try head.decisions(outputs, options: anything).first)
    let gradient = try #require(try head.scoreGradient(of: decision, outputs: outputs))
    #expect(gradient.map(\.shape) == outputs.map(\.shape))
    let square = gradient.reduce(0.0) { sum, map in map.values.reduce(sum) { $0 + Double($1) * Double($1) } }
    #expect(square > 0)
    let step = 1e-3 / square.squareRoot()
    let scores = try [step, -step].map { step -> Double in
      let changed = zip(outputs, gradient).map { map, slope in
        Tensor(shape: map.shape, values: zip(map.values, slope.values).map { $0 + Float(step) * $1 })
      }
      // The box moves a little with the maps.
      return try head.decisions(changed, options: anything).filter { $0.classIndex == decision.classIndex }
        .max { overlap($0, decision) < overlap($1, decision) }?.score ?? 0
    }
    // Along its gradient a score rises by the gradient's length times the way.
    let expected = 2 * step * square
    #expect(abs(scores[0] - scores[1] - expected) < 0.05 * expected, "\(scores), \(expected)")
  }

  private func overlap(_ first: Decision, _ second: Decision) -> Double {
    guard case .object(let a) = first, case .object(let b) = second else { return 0 }
    return a.box.iou(with: b.box)
  }

  @Test func mapsAreCopiedThereAndBack() {
    let map = Tensor(shape: [2, 19, 3, 5], values: (0..<570).map { Float($0) })
    #expect(BlockedMap(copying: map).tensor == map)
    #expect(BlockedMap(zeros: [1, 3, 2, 2]).tensor.values.allSatisfy { $0 == 0 })
  }
}
