import Backbones
import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

@Suite struct FeaturePyramidTests {
  static let backbone = ResNet(.init(depth: .resNet18, widthMultiplier: 0.25))

  static func graph(_ pyramid: FeaturePyramid) -> Graph {
    Graph(inputChannels: 3) { images in pyramid(Array(backbone(images).suffix(pyramid.inputs.count))) }
  }

  @Test func parametersAreTorchvisions() {
    let pyramid = FeaturePyramid(inputs: Self.backbone.featureMaps, channels: 48, prefix: "backbone.")
    let parameters = Self.graph(pyramid).parameters.filter { $0.name.hasPrefix("backbone.fpn.") }
    let shapes = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) })
    #expect(shapes.count == 16)
    for (level, channels) in [16, 32, 64, 128].enumerated() {
      #expect(shapes["backbone.fpn.inner_blocks.\(level).0.weight"] == [48, channels, 1, 1])
      #expect(shapes["backbone.fpn.inner_blocks.\(level).0.bias"] == [48])
      #expect(shapes["backbone.fpn.layer_blocks.\(level).0.weight"] == [48, 48, 3, 3])
      #expect(shapes["backbone.fpn.layer_blocks.\(level).0.bias"] == [48])
    }
  }

  @Test func normalisedBlocksHaveNoBias() {
    let pyramid = FeaturePyramid(inputs: Self.backbone.featureMaps, channels: 48, hasNormalization: true)
    let parameters = Self.graph(pyramid).parameters.filter { $0.name.hasPrefix("fpn.") }
    #expect(!parameters.contains { $0.role == .bias })
    #expect(parameters.contains { $0.name == "fpn.layer_blocks.3.1.running_var" })
    #expect(parameters.count == 8 * 5)
  }

  @Test(arguments: [4, 3, 1]) func mapsKeepTheirSizesAtOneWidth(levels: Int) throws {
    let pyramid = FeaturePyramid(inputs: Array(Self.backbone.featureMaps.suffix(levels)), channels: 32)
    let strides = Array([4, 8, 16, 32].suffix(levels))
    #expect(pyramid.featureMaps == strides.map { FeatureMapSpecification(channels: 32, stride: $0) })
    let graph = Self.graph(pyramid)
    let shapes = try graph.shapes(input: [1, 3, 64, 96])
    #expect(graph.outputs.map { shapes[$0] } == strides.map { [1, 32, 64 / $0, 96 / $0] })
  }

  /// The meaning flows from deep to shallow and never back.
  @Test func deepMapsReachTheShallowOnes() throws {
    let pyramid = FeaturePyramid(
      inputs: [.init(channels: 16, stride: 1), .init(channels: 16, stride: 2)], channels: 16)
    let graph = Graph(inputChannels: 16) { images in
      let deep = Convolution("deep", inputChannels: 16, outputChannels: 16, kernelSize: 2, stride: 2)(images)
      let shallow = Convolution("shallow", inputChannels: 16, outputChannels: 16, kernelSize: 1)(images)
      return pyramid([shallow, deep])
    }
    var generator = SeededGenerator(seed: 1)
    let parameters = graph.initialParameters(using: &generator)
    let images = generator.tensor([1, 16, 8, 8])
    func maps(changing name: String) throws -> [Tensor] {
      var changed = parameters
      changed.update(name) { $0[0] += 1 }
      return try InferencePlan(graph, parameters: changed, inputShape: images.shape).run(images)
    }
    let before = try InferencePlan(graph, parameters: parameters, inputShape: images.shape).run(images)
    let deep = try maps(changing: "deep.weight")
    #expect(deep[0] != before[0] && deep[1] != before[1])
    let shallow = try maps(changing: "shallow.weight")
    #expect(shallow[0] != before[0] && shallow[1] == before[1])
  }

  /// MobileNet's two coarsest maps: one is added to the other as it is.
  @Test func mapsOfOneStrideAreAdded() throws {
    let pyramid = FeaturePyramid(
      inputs: [.init(channels: 16, stride: 32), .init(channels: 48, stride: 32)], channels: 24)
    #expect(pyramid.featureMaps.map(\.stride) == [32, 32])
    let graph = Graph(inputChannels: 16) { images in
      pyramid([
        images, Convolution("wide", inputChannels: 16, outputChannels: 48, kernelSize: 1)(images),
      ])
    }
    #expect(!graph.nodes.contains { $0.operation is UpsamplingOperation })
    let shapes = try graph.shapes(input: [1, 16, 3, 5])
    #expect(graph.outputs.map { shapes[$0] } == [[1, 24, 3, 5], [1, 24, 3, 5]])
  }

  @Test func mapsWhoseStridesDoNotDoubleTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = FeaturePyramid(inputs: [.init(channels: 16, stride: 4), .init(channels: 32, stride: 16)], channels: 16)
    }
    await #expect(processExitsWith: .failure) { _ = FeaturePyramid(inputs: [], channels: 16) }
  }
}
