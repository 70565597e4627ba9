import DetectionUtilities
import NetworkPlans
import Tensors
import Testing
import YOLO

struct YOLONetworkTests {
  private let graph = YOLONetwork(.tiny(), classCount: 3).graph

  @Test(arguments: [(1, 64, 64), (2, 96, 64)])
  func predictsOnThreeMaps(batch: Int, height: Int, width: Int) throws {
    var generator = SeededGenerator(seed: 1)
    let plan = try InferencePlan(
      graph, parameters: graph.initialParameters(using: &generator), inputShape: [batch, 3, height, width])
    // One anchor with four numbers for the box, objectness and three classes.
    #expect(plan.outputShapes == [8, 16, 32].map { [batch, 8, height / $0, width / $0] })
    let outputs = try plan.run(Tensor(repeating: 0.5, shape: [batch, 3, height, width]))
    #expect(outputs.map(\.shape) == plan.outputShapes)
    #expect(outputs.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }

  @Test func channelsGrowWithAnchorsAndClasses() throws {
    var configuration = YOLOConfiguration.tiny()
    configuration.anchorsPerLevel = 3
    let graph = YOLONetwork(configuration, classCount: 20).graph
    let prediction = graph.parameters.first { $0.name == "head.2.prediction.weight" }
    #expect(prediction?.shape == [75, 16, 1, 1])
  }

  @Test(arguments: [
    ("backbone.body.conv1.weight", [16, 3, 7, 7]), ("backbone.body.bn1.running_var", [16]),
    ("backbone.body.layer1.0.conv1.weight", [16, 16, 3, 3]),
    ("backbone.body.layer2.0.downsample.0.weight", [32, 16, 1, 1]),
    ("backbone.body.layer4.1.conv2.weight", [128, 128, 3, 3]),
    ("backbone.fpn.inner_blocks.0.0.weight", [16, 32, 1, 1]),
    ("backbone.fpn.inner_blocks.2.0.weight", [16, 128, 1, 1]),
    ("backbone.fpn.layer_blocks.1.0.weight", [16, 16, 3, 3]), ("backbone.fpn.layer_blocks.1.1.weight", [16]),
    ("head.0.0.conv.weight", [16, 16, 3, 3]), ("head.0.0.bn.bias", [16]),
    ("head.1.prediction.weight", [8, 16, 1, 1]), ("head.2.prediction.bias", [8]),
  ])
  func parametersAreNamedLikeTorchvisions(name: String, dimensions: [Int]) {
    #expect(graph.parameters.first { $0.name == name }?.shape.dimensions == dimensions)
  }

  @Test func parameterNamesAreUnique() {
    #expect(Set(graph.parameters.map(\.name)).count == graph.parameters.count)
    // Layers that a normalisation follows need no bias.
    #expect(!graph.parameters.contains { $0.name == "backbone.fpn.inner_blocks.0.0.bias" })
  }
}
