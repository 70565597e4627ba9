import Backbones
import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

/// Names, shapes and counts are facts about torchvision's models, without their classifying end.
@Suite struct MobileNetV3Tests {
  static func graph(_ network: MobileNetV3) -> Graph {
    Graph(inputChannels: 3) { network($0) }
  }

  // torchvision's 5,483,032 and 2,542,856 less 960·1280 + 1280 + 1280·1000 + 1000 and 576·1024 + 1024 + 1024·1000 + 1000.
  @Test(arguments: [(MobileNetV3.Size.large, 2_971_952, 170), (.small, 927_008, 138)])
  func parameterCounts(size: MobileNetV3.Size, count: Int, trainable: Int) {
    let parameters = Self.graph(MobileNetV3(size)).parameters
    #expect(parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount } == count)
    #expect(parameters.count { $0.isTrainable } == trainable)
  }

  @Test(
    arguments: [
      (.large, "0.0.weight", [16, 3, 3, 3]), (.large, "0.1.running_var", [16]),
      // The first block does not expand.
      (.large, "1.block.0.0.weight", [16, 1, 3, 3]), (.large, "1.block.1.0.weight", [16, 16, 1, 1]),
      (.large, "2.block.0.0.weight", [64, 16, 1, 1]), (.large, "2.block.2.1.bias", [24]),
      (.large, "4.block.2.fc1.weight", [24, 72, 1, 1]), (.large, "4.block.2.fc2.bias", [72]),
      (.large, "4.block.3.0.weight", [40, 72, 1, 1]), (.large, "13.block.1.0.weight", [672, 1, 5, 5]),
      (.large, "16.0.weight", [960, 160, 1, 1]), (.large, "16.1.running_mean", [960]),
      (.small, "1.block.1.fc1.weight", [8, 16, 1, 1]), (.small, "2.block.0.0.weight", [72, 16, 1, 1]),
      (.small, "9.block.2.fc1.weight", [72, 288, 1, 1]), (.small, "12.0.weight", [576, 96, 1, 1]),
    ] as [(MobileNetV3.Size, String, [Int])])
  func parameterNamesAndShapes(size: MobileNetV3.Size, name: String, shape: [Int]) {
    let parameters = Self.graph(MobileNetV3(size)).parameters
    #expect(parameters.first { $0.name == name }?.shape == TensorShape(shape))
  }

  @Test(arguments: [
    (MobileNetV3.Size.large, 1.0, [24, 40, 80, 160, 960]), (.small, 1, [16, 24, 40, 96, 576]),
    // 12 of 24 would be 16, 36 of 72 are 40.
    (.large, 0.5, [16, 24, 40, 80, 480]),
  ])
  func mapsAreWhatTheSpecificationsSay(size: MobileNetV3.Size, multiplier: Double, channels: [Int]) throws {
    let network = MobileNetV3(size, widthMultiplier: multiplier)
    #expect(network.featureMaps.map(\.channels) == channels)
    #expect(network.featureMaps.map(\.stride) == [4, 8, 16, 32, 32])
    let graph = Self.graph(network)
    let shapes = try graph.shapes(input: [2, 3, 64, 96])
    let expected = network.featureMaps.map { map in
      [2, map.channels, 64 / map.stride, 96 / map.stride] as TensorShape
    }
    #expect(graph.outputs.map { shapes[$0] } == expected)
  }

  @Test func everyNormalisationHasTheEpsilon() {
    let network = MobileNetV3(.small, normalizationEpsilon: 0.02)
    let epsilons = Self.graph(network).nodes.compactMap { node -> Float? in
      (node.operation as? BatchNormalizationOperation)?.epsilon
    }
    #expect(epsilons.count == 34 && epsilons.allSatisfy { $0 == 0.02 })
  }

  /// Every parameter takes part: its gradient is not zero.
  @Test func gradientsReachEveryParameter() throws {
    let graph = Self.graph(MobileNetV3(.small, widthMultiplier: 0.25))
    var generator = SeededGenerator(seed: 3)
    let parameters = graph.initialParameters(using: &generator)
    let images = generator.tensor([2, 3, 64, 64])
    let plan = try TrainingPlan(graph, inputShape: images.shape)
    let outputs = try plan.forward(parameters: parameters) { buffer in
      images.withUnsafeBufferPointer { _ = buffer.update(from: $0) }
    }
    let gradients = try plan.backward(outputs.map { generator.tensor($0.shape) })
    for parameter in graph.parameters where parameter.isTrainable {
      let values = try #require(gradients[parameter.name]).values
      #expect(values.allSatisfy(\.isFinite) && values.contains { $0 != 0 }, "\(parameter.name)")
    }
  }

  @Test func aMultiplierIsAboveZero() async {
    await #expect(processExitsWith: .failure) { _ = MobileNetV3(.large, widthMultiplier: 0) }
  }
}
