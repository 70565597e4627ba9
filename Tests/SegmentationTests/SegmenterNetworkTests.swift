import Backbones
import ComputeGraph
import ImageCodecs
import NetworkPlans
import Segmentation
import Tensors
import Testing

struct SegmenterNetworkTests {
  private func configuration(
    _ network: SegmenterNetwork, width: Int = 64, height: Int = 48
  ) -> SegmenterConfiguration {
    var configuration = SegmenterConfiguration()
    configuration.network = network
    configuration.inputSize = ImageSize(width: width, height: height)
    return configuration
  }

  /// torchvision's, with 21 classes and without auxiliary heads: `sum(p.numel() for p in model.parameters())`.
  @Test(arguments: [
    (SegmenterNetwork.lraspp, 3_221_538), (.fcnResNet50, 32_957_013), (.fcnResNet101, 51_949_141),
    (.deepLabMobileNet, 11_025_477), (.deepLabResNet50, 39_638_869), (.deepLabResNet101, 58_630_997),
  ])
  func parameterCountsAreTorchvisions(network: SegmenterNetwork, expected: Int) throws {
    let graph = configuration(network).graph(classCount: 21)
    #expect(graph.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount } == expected)
  }

  @Test(arguments: SegmenterNetwork.allCases, [(64, 48), (80, 64), (112, 96)])
  func scoresHaveTheSizeOfTheImages(network: SegmenterNetwork, size: (Int, Int)) throws {
    let configuration = configuration(network, width: size.0, height: size.1)
    try configuration.validate()
    let shapes = try configuration.graph(classCount: 5).shapes(input: [2, 3, size.1, size.0])
    #expect(shapes.last == [2, 5, size.1, size.0])
  }

  /// Sizes that no stride divides: what is doubled is one row too many at times.
  @Test(arguments: SegmenterNetwork.allCases.filter { $0 != .uNet })
  func anySizeIsTaken(network: SegmenterNetwork) throws {
    let configuration = configuration(network, width: 97, height: 71)
    try configuration.validate()
    let shapes = try configuration.graph(classCount: 3).shapes(input: [1, 3, 71, 97])
    #expect(shapes.last == [1, 3, 71, 97])
  }

  @Test func theSecondHeadIsOfTrainingAlone() throws {
    var configuration = configuration(.fcnResNet50)
    configuration.hasAuxiliaryHead = true
    let (use, training) = (
      configuration.graph(classCount: 4), configuration.graph(classCount: 4, isTraining: true)
    )
    #expect(use.outputs.count == 1 && training.outputs.count == 2)
    let names = Set(training.parameters.map(\.name)).subtracting(use.parameters.map(\.name))
    #expect(names.allSatisfy { $0.hasPrefix("aux_classifier.") } && names.count == 7)
    let shapes = try training.shapes(input: [1, 3, 48, 64])
    #expect(training.outputs.map { shapes[$0] } == [[1, 4, 48, 64], [1, 4, 48, 64]])
  }

  /// A mean of all and a map are added to each other: nothing depends on the number of rows and columns of the weights.
  @Test func fcn8sAddsThreeMaps() {
    var configuration = configuration(.fcn8s)
    configuration.backbone = BackboneConfiguration(widthMultiplier: 0.25)
    let names = configuration.graph(classCount: 3).parameters.map(\.name).filter { !$0.hasPrefix("backbone.") }
    #expect(
      Set(names) == [
        "score32.weight", "score32.bias", "score16.weight", "score16.bias", "score8.weight", "score8.bias",
        "upscore16.weight", "upscore8.weight",
      ])
  }

  @Test func unetSeesBrightness() throws {
    var configuration = configuration(.uNet)
    configuration.inputChannels = 1
    configuration.mean = [0.5]
    configuration.standardDeviation = [0.25]
    configuration.widthMultiplier = 0.125
    try configuration.validate()
    let graph = configuration.graph(classCount: 2)
    // 1·8·9 weights of the first convolution.
    #expect(graph.parameters.first?.shape == [8, 1, 3, 3])
    #expect(try graph.shapes(input: [1, 1, 48, 64]).last == [1, 2, 48, 64])
  }

  /// The sizes of the paper's figure 1.
  @Test func unetWithoutPaddingIsThatOfThePaper() throws {
    var configuration = configuration(.uNet, width: 572, height: 572)
    configuration.inputChannels = 1
    configuration.mean = [0.5]
    configuration.standardDeviation = [0.25]
    configuration.padding = .valid
    try configuration.validate()
    #expect(configuration.outputMargin == 92)
    let graph = configuration.graph(classCount: 2)
    let shapes = try graph.shapes(input: [1, 1, 572, 572])
    #expect(shapes.last == [1, 2, 388, 388])
    let sides = zip(graph.nodes, shapes).filter { $0.0.name.hasSuffix(".conv") }.map { $0.1[2] }
    #expect(
      sides == [570, 568, 282, 280, 138, 136, 66, 64, 30, 28, 54, 52, 102, 100, 198, 196, 390, 388])
    // The smallest.
    configuration.inputSize = ImageSize(width: 188, height: 204)
    try configuration.validate()
    #expect(try graph.shapes(input: [1, 1, 204, 188]).last == [1, 2, 20, 4])
  }

  @Test func settingsThatCannotBeAreNamed() {
    func key(_ change: (inout SegmenterConfiguration) -> Void) -> String? {
      var configuration = SegmenterConfiguration()
      change(&configuration)
      return #expect(throws: SegmenterConfigurationError.self) { try configuration.validate() }?.key
    }
    #expect(key { $0.inputSize = ImageSize(width: 15, height: 64) } == "inputSize")
    #expect(key { $0.network = .uNet } == "inputSize")
    #expect(key { $0.padding = .valid } == "padding")
    #expect(
      key {
        $0.network = .uNet
        $0.padding = .valid
        $0.inputSize = ImageSize(width: 576, height: 572)
      } == "inputSize")
    #expect(key { $0.inputChannels = 1 } == "inputChannels")
    #expect(key { $0.loss.border.weight = 10 } == "loss.border.cells")
    #expect(key { $0.loss.border.sigma = 0 } == "loss.border.sigma")
    #expect(key { $0.widthMultiplier = 0 } == "widthMultiplier")
    #expect(
      key {
        $0.network = .fcn8s
        $0.widthMultiplier = 0.5
      } == "widthMultiplier")
    #expect(key { $0.backbone = BackboneConfiguration(.mobileNetV3Small) } == "backbone")
    #expect(key { $0.hasAuxiliaryHead = true } == "hasAuxiliaryHead")
    #expect(key { $0.mean = [0, 0] } == "mean")
    #expect(key { $0.standardDeviation = [0] } == "standardDeviation")
    #expect(key { $0.loss.dice = -1 } == "loss.dice")
    #expect(key { $0.loss.crossEntropy = 0 } == "loss")
    #expect(key { $0.loss.focusing = 11 } == "loss.focusing")
    #expect(throws: SegmenterConfigurationError.self) { try SegmenterConfiguration.check(classCount: 1) }
    #expect(throws: SegmenterConfigurationError.self) { try SegmenterConfiguration.check(classCount: 256) }
  }
}
