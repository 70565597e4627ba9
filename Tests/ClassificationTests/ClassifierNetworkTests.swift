import Classification
import ComputeGraph
import ImageCodecs
import Tensors
import Testing

struct ClassifierNetworkTests {
  private func configuration(
    _ network: ClassifierNetwork, side: Int, channels: Int = 3
  ) -> ClassifierConfiguration {
    var configuration = ClassifierConfiguration()
    configuration.network = network
    configuration.inputSize = ImageSize(width: side, height: side)
    configuration.inputChannels = channels
    return configuration
  }

  /// The published counts; torchvision's GoogLeNet has 6,624,904 without its auxiliary classifiers.
  @Test(arguments: [
    (ClassifierNetwork.lectures, 32, 10, 2_389_962), (.alexNet, 224, 1000, 61_100_840),
    (.vgg11, 224, 1000, 132_863_336), (.vgg16, 224, 1000, 138_357_544), (.vgg19, 224, 1000, 143_667_240),
    (.googLeNet, 224, 1000, 6_624_904), (.squeezeNet10, 224, 1000, 1_248_424), (.squeezeNet11, 224, 1000, 1_235_496),
    (.resNet18, 224, 1000, 11_689_512), (.resNet34, 224, 1000, 21_797_672), (.resNet50, 224, 1000, 25_557_032),
    (.resNet101, 224, 1000, 44_549_160), (.resNet152, 224, 1000, 60_192_808), (.resNet20CIFAR, 32, 10, 269_722),
    (.resNet32CIFAR, 32, 10, 464_154), (.mobileNetV3Small, 224, 1000, 2_542_856),
    (.mobileNetV3Large, 224, 1000, 5_483_032),
  ])
  func parameterCountsAreThePublishedOnes(
    network: ClassifierNetwork, side: Int, classCount: Int, expected: Int
  ) throws {
    let configuration = configuration(network, side: side)
    try configuration.validate()
    let graph = configuration.graph(classCount: classCount)
    let count = graph.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
    #expect(count == expected)
    let shapes = try graph.shapes(input: [2, 3, side, side])
    #expect(graph.outputs.map { shapes[$0] } == [[2, classCount]])
  }

  /// 320 + 18,496 + 1,639,424 + 10,250 on digits.
  @Test func theLecturesNetworkSeesDigits() throws {
    let configuration = configuration(.lectures, side: 28, channels: 1)
    try configuration.validate()
    #expect(configuration.graph(classCount: 10).parameters.reduce(0) { $0 + $1.shape.elementCount } == 1_668_490)
  }

  @Test func hiddenLayersAreChosen() throws {
    var configuration = configuration(.fullyConnected, side: 4)
    configuration.hiddenUnits = [7, 5]
    let shapes = configuration.graph(classCount: 3).parameters.filter { $0.role == .weight }.map(\.shape)
    #expect(shapes == [[7, 48], [5, 7], [3, 5]])
  }

  /// The lectures' example: 55·55·96 neurons that see 11·11·3 numbers and have a bias.
  @Test func localConnectionsHaveParametersOfTheirOwn() throws {
    let layer = LocallyConnected(
      "l", inputChannels: 3, outputChannels: 96, inputRows: 227, inputColumns: 227, kernelSize: 11, stride: 4)
    #expect(layer.neuronCount == 290_400 && layer.parametersPerNeuron == 364)
    let graph = Graph(inputChannels: 3) { [layer($0)] }
    #expect(graph.parameters.reduce(0) { $0 + $1.shape.elementCount } == 290_400 * 364)
    #expect(try graph.shapes(input: [1, 3, 227, 227]).last == [1, 96, 55, 55])
  }

  @Test(arguments: [(ClassifierNetwork.vgg16, 8), (.alexNet, 31), (.lectures, 9), (.squeezeNet10, 4)])
  func aNetworkTooDeepForTheImageNamesTheLayer(network: ClassifierNetwork, side: Int) {
    let error = #expect(throws: ClassifierConfigurationError.self) {
      try configuration(network, side: side).validate()
    }
    #expect(error?.key == "inputSize")
    #expect(error?.expected.contains("not \(side)×\(side): layer ") == true, "\(error?.expected ?? "")")
  }

  @Test func settingsThatCannotBeAreNamed() {
    func key(_ change: (inout ClassifierConfiguration) -> Void) -> String? {
      var configuration = ClassifierConfiguration()
      change(&configuration)
      return #expect(throws: ClassifierConfigurationError.self) { try configuration.validate() }?.key
    }
    #expect(key { $0.inputSize.width = 0 } == "inputSize")
    #expect(key { $0.inputChannels = 2 } == "inputChannels")
    #expect(key { $0.resizedSide = 31 } == "resizedSide")
    #expect(key { $0.widthMultiplier = 0.5 } == "widthMultiplier")
    #expect(key { $0.labelSmoothing = 1 } == "labelSmoothing")
    #expect(key { $0.mean = [0, 0] } == "mean")
    #expect(key { $0.standardDeviation = [0] } == "standardDeviation")
    #expect(throws: ClassifierConfigurationError.self) { try ClassifierConfiguration.check(classCount: 1) }
    #expect(throws: ClassifierConfigurationError.self) { try ClassifierConfiguration.check(classCount: 100_000) }
  }
}
