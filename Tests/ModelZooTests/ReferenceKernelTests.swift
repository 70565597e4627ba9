import Backbones
import Classification
import ComputeGraph
import DarknetTesting
import DetectionUtilities
import ImageCodecs
import ModelZoo
import Models
import NetworkPlans
import Segmentation
import Tensors
import Testing
import Training
import YOLO

/// oneDNN computes what it has no compiled kernel for by plain loops, a hundred times as long and in silence. No layer of our
/// networks may be one of those, forward or backward.
@Suite struct ReferenceKernelTests {
  /// Why a step is a reference loop all the same; nil where it may not be one.
  static func reason(_ step: String, ofLayer name: String) -> String? {
    switch step {
    case "training: activation", "training: mish":
      "oneDNN compiles no function that moves zero for maps whose last block of channels is padded: gates of one cell, mostly"
    case "inference: layers.5.convolution":
      "of the small network's eight channels with Mish, which the native kernels do not have"
    case _ where name.hasPrefix("grouped"):
      "there is no kernel for groups of other than whole blocks of channels: ResNeXt's and ShuffleNet's, which we do not build"
    default: nil
    }
  }

  /// The deeper ResNets repeat the layers of these two.
  static let backbones: [BackboneConfiguration] = [
    BackboneConfiguration(depth: .resNet18), BackboneConfiguration(depth: .resNet50),
    BackboneConfiguration(.mobileNetV3Large), BackboneConfiguration(.mobileNetV3Small),
    BackboneConfiguration(depth: .resNet18, widthMultiplier: 0.5),
  ]

  /// The last maps of images of 64 pixels are of 2×2 cells, those of 32 of one; those of 90 have odd sides.
  @Test(arguments: backbones, [32, 64, 90, 96])
  func noBackboneNeedsOne(_ backbone: BackboneConfiguration, _ side: Int) throws {
    let graph = Graph(inputChannels: 3) { Backbone(backbone)($0) }
    try Self.check(graph, side: side)
  }

  /// The deeper ones repeat the layers of these, VGG those of U-Net.
  @Test(arguments: [ClassifierNetwork.lectures, .squeezeNet11, .resNet20CIFAR], [1, 3])
  func noClassifierNeedsOne(_ network: ClassifierNetwork, channels: Int) throws {
    var configuration = ClassifierConfiguration()
    let side = network.isForSmallImages || network == .lectures ? 28 : 96
    configuration.network = network
    configuration.inputSize = ImageSize(width: side, height: side)
    configuration.inputChannels = channels
    try Self.check(configuration.graph(classCount: 10), input: [2, channels, side, side])
  }

  @Test func noSegmenterOfGreyImagesNeedsOne() throws {
    var configuration = SegmenterConfiguration()
    configuration.network = .uNet
    (configuration.inputChannels, configuration.widthMultiplier) = (1, 0.25)
    try Self.check(configuration.graph(classCount: 2, isTraining: true), input: [2, 1, 96, 96])
  }

  /// Those on ResNet-101 repeat the layers of those on ResNet-50.
  @Test(arguments: SegmenterNetwork.allCases.filter { $0 != .fcnResNet101 && $0 != .deepLabResNet101 })
  func noSegmenterNeedsOne(_ network: SegmenterNetwork) throws {
    var configuration = SegmenterConfiguration()
    configuration.network = network
    configuration.inputSize = ImageSize(width: 96, height: 96)
    try Self.check(configuration.graph(classCount: 11, isTraining: true), side: 96)
  }

  @Test(arguments: ["yolo", "faster-rcnn"])
  func noDetectorNeedsOne(_ name: String) throws {
    for backbone in [Self.backbones[0], BackboneConfiguration(.mobileNetV3Large)] {
      var configuration = RunConfiguration()
      let architecture = try #require(ModelCatalog.architectures.first { $0.name == name })
      configuration.detector = ArchitectureChoice(architecture)
      configuration.yolo.backbone = backbone
      configuration.fasterRCNN.backbone = backbone
      let networks = try ModelCatalog.networks(configuration, classCount: 80)
      try Self.check(networks.image.graph, side: 96)
      if let head = networks.regionHead {
        try Self.check(head.network.graph, input: [8] + head.network.inputShape.dimensions.dropFirst())
      }
    }
  }

  @Test func noDarknetNetworkNeedsOne() throws {
    try Self.check(SmallDarknet.network().graph, side: 96)
  }

  /// A layer on a map of 96 rows and columns: what imported networks have.
  static let layers: [(name: String, geometry: ConvolutionGeometry)] = [
    ("depthwise 3×3", depthwise(48, 3)), ("depthwise 3×3, stride 2", depthwise(48, 3, stride: 2)),
    ("depthwise 5×5", depthwise(40, 5)), ("depthwise 5×5, stride 2", depthwise(40, 5, stride: 2)),
    ("depthwise 3×3 of 8 channels", depthwise(8, 3)), ("depthwise 3×3 of 12 channels", depthwise(12, 3)),
    ("grouped 3×3 of 4 channels each", convolution(128, 128, 3, groups: 32)),
    ("grouped 3×3 of 8 channels each", convolution(256, 256, 3, groups: 32)),
    ("grouped 3×3 of 8 channels each, stride 2", convolution(256, 256, 3, stride: 2, groups: 32)),
    ("grouped 1×1 of 58 channels each", convolution(116, 116, 1, groups: 2)),
    ("1×1 of 4 to 24 channels", convolution(4, 24, 1)), ("1×1 of 24 to 4 channels", convolution(24, 4, 1)),
    ("3×3 of 1 channel", convolution(1, 16, 3)), ("3×3 of 4 channels", convolution(4, 8, 3, stride: 2)),
    (
      "3×3, dilated", ConvolutionGeometry(inputChannels: 32, outputChannels: 32, kernelSize: 3, padding: 2, dilation: 2)
    ),
    ("1×1, stride 2", convolution(64, 128, 1, stride: 2)),
    ("transposed 2×2, stride 2", transposed(64, 64, 2, padding: 0)),
    ("transposed 4×4, stride 2", transposed(64, 32, 4, padding: 1)),
    ("transposed 2×2, stride 2, to 21 channels", transposed(64, 21, 2, padding: 0)),
  ]

  @Test(arguments: layers.map(\.name))
  func noLayerNeedsOne(_ name: String) throws {
    let layer = try #require(Self.layers.first { $0.name == name })
    let geometry = layer.geometry
    let graph = Graph(inputChannels: 3) { images in
      // Behind another layer, so that all three gradients are wanted and the map is in blocks.
      let x = Convolution("first", inputChannels: 3, outputChannels: geometry.inputChannels, kernelSize: 3, padding: 1)
      let y = BatchNormalization("n", channels: geometry.outputChannels)(
        Convolution("layer", geometry: geometry, hasBias: false)(x(images)))
      return [y.relu()]
    }
    try Self.check(graph, side: 32, named: name)
  }

  private static func depthwise(_ channels: Int, _ kernel: Int, stride: Int = 1) -> ConvolutionGeometry {
    convolution(channels, channels, kernel, stride: stride, groups: channels)
  }

  private static func convolution(
    _ input: Int, _ output: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inputChannels: input, outputChannels: output, kernelSize: kernel, stride: stride, padding: kernel / 2,
      groups: groups)
  }

  private static func transposed(_ input: Int, _ output: Int, _ kernel: Int, padding: Int) -> ConvolutionGeometry {
    ConvolutionGeometry(
      inputChannels: input, outputChannels: output, kernelSize: kernel, stride: 2, padding: padding, isTransposed: true)
  }

  private static func check(_ graph: Graph, side: Int, named name: String = "") throws {
    try check(graph, input: [2, 3, side, side], named: name)
  }

  private static func check(_ graph: Graph, input: [Int], named name: String = "") throws {
    var generator = SeededGenerator(seed: 1)
    let shape = TensorShape(input)
    let parameters = graph.initialParameters(using: &generator)
    let inference = try InferencePlan(graph, parameters: parameters, inputShape: shape).referenceSteps
    let training = try TrainingPlan(graph, inputShape: shape, needsInputGradient: false).referenceSteps
    let unexpected = (inference.map { "inference: \($0)" } + training.map { "training: \($0)" }).filter {
      reason($0, ofLayer: name) == nil
    }
    #expect(unexpected.isEmpty)
  }
}
