import Backbones
import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

/// Names, shapes and counts are facts about torchvision's models, without their last fully connected layer.
@Suite struct ResNetTests {
  static func graph(_ network: ResNet) -> Graph {
    Graph(inputChannels: 3) { network($0) }
  }

  @Test(arguments: [
    // Trainable parameters, convolutions.
    (ResNetConfiguration.Depth.resNet18, 11_176_512, 20), (.resNet34, 21_284_672, 36), (.resNet50, 23_508_032, 53),
    (.resNet101, 42_500_160, 104), (.resNet152, 58_143_808, 155),
  ])
  func parameterCounts(depth: ResNetConfiguration.Depth, count: Int, convolutions: Int) {
    let parameters = Self.graph(ResNet(.init(depth: depth))).parameters
    #expect(parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount } == count)
    #expect(parameters.count { $0.role == .weight } == convolutions)
    // Every convolution has a normalisation, none a bias.
    #expect(parameters.count { $0.role == .runningMean } == convolutions)
    #expect(!parameters.contains { $0.role == .bias })
  }

  @Test(
    arguments: [
      (.resNet18, "conv1.weight", [64, 3, 7, 7]), (.resNet18, "bn1.running_mean", [64]),
      (.resNet18, "layer1.0.conv1.weight", [64, 64, 3, 3]), (.resNet18, "layer1.1.bn2.running_var", [64]),
      (.resNet18, "layer2.0.conv1.weight", [128, 64, 3, 3]),
      (.resNet18, "layer2.0.downsample.0.weight", [128, 64, 1, 1]),
      (.resNet18, "layer2.0.downsample.1.bias", [128]), (.resNet18, "layer4.1.conv2.weight", [512, 512, 3, 3]),
      (.resNet34, "layer3.5.conv2.weight", [256, 256, 3, 3]), (.resNet34, "layer4.2.bn2.weight", [512]),
      (.resNet50, "layer1.0.conv1.weight", [64, 64, 1, 1]), (.resNet50, "layer1.0.conv3.weight", [256, 64, 1, 1]),
      (.resNet50, "layer1.0.downsample.0.weight", [256, 64, 1, 1]),
      (.resNet50, "layer1.1.conv1.weight", [64, 256, 1, 1]), (.resNet50, "layer2.0.conv2.weight", [128, 128, 3, 3]),
      (.resNet50, "layer4.2.conv3.weight", [2048, 512, 1, 1]), (.resNet50, "layer4.2.bn3.running_var", [2048]),
    ] as [(ResNetConfiguration.Depth, String, [Int])])
  func parameterNamesAndShapes(depth: ResNetConfiguration.Depth, name: String, shape: [Int]) {
    let parameters = Self.graph(ResNet(.init(depth: depth))).parameters
    #expect(parameters.first { $0.name == name }?.shape == TensorShape(shape))
  }

  @Test func parametersThatTorchvisionDoesNotHave() {
    let names = Self.graph(ResNet(.init(depth: .resNet18))).parameters.map(\.name)
    #expect(names.count == 100)
    #expect(!names.contains("layer1.0.downsample.0.weight"))
    #expect(!names.contains("layer2.1.downsample.0.weight"))
    #expect(!names.contains("layer1.2.conv1.weight"))
    #expect(!names.contains { $0.hasPrefix("fc.") })
  }

  @Test(arguments: [
    (ResNetConfiguration.Depth.resNet18, [64, 128, 256, 512]), (.resNet34, [64, 128, 256, 512]),
    (.resNet50, [256, 512, 1024, 2048]),
  ])
  func mapsAreWhatTheSpecificationsSay(depth: ResNetConfiguration.Depth, channels: [Int]) throws {
    let network = ResNet(.init(depth: depth))
    #expect(network.featureMaps.map(\.channels) == channels)
    #expect(network.featureMaps.map(\.stride) == [4, 8, 16, 32])
    let graph = Self.graph(network)
    let shapes = try graph.shapes(input: [2, 3, 96, 160])
    #expect(
      graph.outputs.map { shapes[$0] }
        == network.featureMaps.map { [2, $0.channels, 96 / $0.stride, 160 / $0.stride] })
  }

  /// A bottleneck's stride is in its 3×3 convolution, as torchvision has it and He et al. 2015 do not.
  @Test func bottlenecksStrideInTheMiddle() throws {
    let costs = try Self.graph(ResNet(.init(depth: .resNet50))).costs(input: [1, 3, 64, 64])
    #expect(costs.first { $0.name == "layer2.0.conv1" }?.output == [1, 128, 16, 16])
    #expect(costs.first { $0.name == "layer2.0.conv2" }?.output == [1, 128, 8, 8])
  }

  @Test func workOfResNet18() throws {
    // 1.814 G multiply-adds on 224×224 without the classifier's half a million, in torchvision's table.
    let operations = try Self.graph(ResNet(.init())).floatingPointOperations(input: [1, 3, 224, 224])
    #expect(abs(Double(operations) / 2 - 1.814e9) < 2e6)
  }

  @Test(arguments: [
    (0.5, [32, 64, 128, 256]), (0.25, [16, 32, 64, 128]), (0.01, [16, 16, 16, 16]), (0.3, [16, 32, 80, 160]),
  ])
  func widthsAreRoundedToWholeBlocks(multiplier: Double, channels: [Int]) throws {
    let network = ResNet(.init(depth: .resNet18, widthMultiplier: multiplier))
    #expect(network.featureMaps.map(\.channels) == channels)
    let graph = Self.graph(network)
    let shapes = try graph.shapes(input: [1, 3, 64, 64])
    #expect(graph.outputs.map { shapes[$0][1] } == channels)
  }

  @Test func everyNameBeginsWithThePrefix() {
    let plain = Self.graph(ResNet(.init())).parameters.map(\.name)
    let prefixed = Self.graph(ResNet(.init(), prefix: "backbone.body.")).parameters.map(\.name)
    #expect(prefixed == plain.map { "backbone.body." + $0 })
  }

  @Test func runs() throws {
    let network = ResNet(.init(depth: .resNet18, widthMultiplier: 0.25))
    let graph = Self.graph(network)
    var generator = SeededGenerator(seed: 1)
    let parameters = graph.initialParameters(using: &generator)
    let images = generator.tensor([1, 3, 64, 96])
    let maps = try InferencePlan(graph, parameters: parameters, inputShape: images.shape).run(images)
    #expect(maps.map(\.shape) == [[1, 16, 16, 24], [1, 32, 8, 12], [1, 64, 4, 6], [1, 128, 2, 3]])
    #expect(maps.allSatisfy { map in map.values.allSatisfy { $0.isFinite && $0 >= 0 } })
    #expect(maps.allSatisfy { map in map.values.contains { $0 > 0 } })
  }

  @Test func widthsAboveZeroOnly() async {
    await #expect(processExitsWith: .failure) { _ = ResNet(.init(depth: .resNet18, widthMultiplier: 0)) }
  }
}
