import Backbones
import ComputeGraph
import NetworkPlans
import TensorTesting
import Tensors
import Testing

@Suite struct SemanticHeadTests {
  /// Convolutions that keep their map, and a normalisation that halves: 2·f / 2 + doubled(c) / 2, of non-negative maps.
  @Test func mapsAreDoubledAndAdded() throws {
    let head = SemanticHead(
      inputs: [.init(channels: 1, stride: 1), .init(channels: 1, stride: 2)], channels: 1, classCount: 2)
    let graph = Graph(inputChannels: 1) { images in
      let coarse = images.maxPooled(kernelSize: 2, stride: 2)
      return [head([images, coarse])]
    }
    var parameters = ParameterStore()
    for specification in graph.parameters {
      var tensor = Tensor(zeros: specification.shape)
      switch specification.name {
      case let name where name.hasSuffix("0.weight"): tensor[4] = 1
      case let name where name.hasSuffix("1.weight"): tensor[0] = 0.5
      case let name where name.hasSuffix("running_var"): tensor[0] = 1 - 1e-5
      case "semantic.scores.weight": (tensor[0], tensor[1]) = (1, -2)
      case "semantic.scores.bias": tensor[1] = 1
      default: break
      }
      parameters[specification.name] = tensor
    }
    // Of each two columns the greater is 0 and 4; doubled, with columns at the middles of their cells: 0 1 3 4.
    let images = Tensor(shape: [1, 1, 2, 4], values: [0, 0, 2, 4, 0, 0, 4, 2])
    let scores = try InferencePlan(graph, parameters: parameters, inputShape: images.shape).run(images)[0]
    let sum: [Float] = [0, 0.5, 2.5, 4, 0, 0.5, 3.5, 3]
    #expect(scores.shape == [1, 2, 2, 4])
    #expect(relativeError(scores, (sum + sum.map { 1 - 2 * $0 }).map(Double.init)) < 1e-4)
  }

  /// One 3×3 convolution at the finest map, and as many as there are doublings at the others (Kirillov et al. 2019, section 3.1).
  @Test func everyDoublingHasAConvolution() throws {
    let trunk = ResNet(.init(depth: .resNet18, widthMultiplier: 0.25))
    let pyramid = FeaturePyramid(inputs: trunk.featureMaps, channels: 32, enlargement: .bilinear)
    let head = SemanticHead(inputs: pyramid.featureMaps, channels: 16, classCount: 5, prefix: "head.")
    let graph = Graph(inputChannels: 3) { [head(pyramid(trunk($0)))] }
    let weights = graph.parameters.map(\.name).filter { $0.hasPrefix("head.") && $0.hasSuffix(".0.weight") }
    let blocks = ["0.0", "1.0", "2.0", "2.1", "3.0", "3.1", "3.2"]
    #expect(weights.sorted() == blocks.map { "head.semantic.\($0).0.weight" })
    let shapes = try graph.shapes(input: [2, 3, 71, 97])
    #expect(shapes.last == [2, 5, 18, 25])
  }
}
