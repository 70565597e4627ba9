import Backbones
import ComputeGraph
import FasterRCNN
import ImageCodecs
import Tensors
import Testing

/// Counts and shapes are facts about torchvision's models.
struct TorchvisionArchitectureTests {
  // `num_params` of torchvision's published weights, which are for 90 classes.
  @Test(arguments: [
    (TorchvisionArchitecture.fasterRCNNResNet50FPN, 41_755_286), (.fasterRCNNResNet50FPNv2, 43_712_278),
    (.fasterRCNNMobileNetV3LargeFPN, 19_386_354), (.fasterRCNNMobileNetV3Large320FPN, 19_386_354),
  ])
  func parameterCounts(architecture: TorchvisionArchitecture, count: Int) throws {
    let configuration = architecture.configuration()
    try configuration.validate()
    let network = FasterRCNNNetwork(configuration, classCount: 90)
    let parameters = network.trunk.parameters + network.regionHead.parameters
    // Three of the four froze the backbone's normalisation, whose numbers torchvision does not count then.
    let counted = parameters.filter { parameter in
      let isNormalisation = parameter.role == .scale || parameter.role == .shift
      let isFrozen = architecture != .fasterRCNNResNet50FPNv2 && isNormalisation
      return parameter.isTrainable && !isFrozen
    }
    #expect(counted.reduce(0) { $0 + $1.shape.elementCount } == count)
  }

  @Test(
    arguments: [
      (.fasterRCNNResNet50FPN, "backbone.body.layer4.2.bn3.running_var", [2048]),
      (.fasterRCNNResNet50FPN, "backbone.fpn.layer_blocks.3.0.bias", [256]),
      (.fasterRCNNResNet50FPN, "rpn.head.cls_logits.weight", [3, 256, 1, 1]),
      (.fasterRCNNResNet50FPN, "roi_heads.box_head.fc7.weight", [1024, 1024]),
      (.fasterRCNNResNet50FPNv2, "backbone.fpn.inner_blocks.0.1.running_mean", [256]),
      (.fasterRCNNResNet50FPNv2, "rpn.head.conv.1.0.bias", [256]),
      (.fasterRCNNResNet50FPNv2, "roi_heads.box_head.3.1.weight", [256]),
      (.fasterRCNNResNet50FPNv2, "roi_heads.box_head.5.weight", [1024, 12544]),
      (.fasterRCNNMobileNetV3LargeFPN, "backbone.body.16.0.weight", [960, 160, 1, 1]),
      (.fasterRCNNMobileNetV3LargeFPN, "backbone.fpn.inner_blocks.0.0.weight", [256, 160, 1, 1]),
      (.fasterRCNNMobileNetV3LargeFPN, "rpn.head.bbox_pred.weight", [60, 256, 1, 1]),
      (.fasterRCNNMobileNetV3Large320FPN, "roi_heads.box_predictor.bbox_pred.weight", [364, 1024]),
    ] as [(TorchvisionArchitecture, String, [Int])])
  func parameterNamesAndShapes(architecture: TorchvisionArchitecture, name: String, shape: [Int]) {
    let network = FasterRCNNNetwork(architecture.configuration(), classCount: 90)
    let parameters = network.trunk.parameters + network.regionHead.parameters
    #expect(parameters.first { $0.name == name }?.shape == TensorShape(shape))
  }

  @Test(arguments: TorchvisionArchitecture.allCases) func theInputIsOneThatThePolicyMakes(
    architecture: TorchvisionArchitecture
  ) {
    let preprocessing = architecture.preprocessing
    let transform = ImageTransform(
      source: ImageSize(width: 1333, height: 798), target: preprocessing.inputSize, policy: preprocessing.resize)
    #expect(transform.target.width % 32 == 0 && preprocessing.decodingSize == nil)
    #expect(architecture.configuration().inputSize == preprocessing.inputSize)
  }

  @Test func namesOfOlderFiles() {
    let names = [
      "backbone.fpn.inner_blocks.2.weight": "backbone.fpn.inner_blocks.2.0.weight",
      "backbone.fpn.layer_blocks.0.bias": "backbone.fpn.layer_blocks.0.0.bias",
      "backbone.fpn.layer_blocks.0.0.bias": "backbone.fpn.layer_blocks.0.0.bias",
      "backbone.fpn.layer_blocks.0.1.weight": "backbone.fpn.layer_blocks.0.1.weight",
      "rpn.head.conv.weight": "rpn.head.conv.0.0.weight", "rpn.head.conv.1.0.bias": "rpn.head.conv.1.0.bias",
      "backbone.body.bn1.weight": "backbone.body.bn1.weight",
    ]
    for (old, new) in names { #expect(TorchvisionArchitecture.parameterName(old) == new) }
    #expect(TorchvisionArchitecture.parameterName("backbone.body.bn1.num_batches_tracked") == nil)
  }

  @Test func classesAreCountedWithoutTheBackground() {
    var store = ParameterStore()
    #expect(TorchvisionArchitecture.classCount(in: store) == nil)
    store["roi_heads.box_predictor.cls_score.weight"] = Tensor(zeros: [4, 2])
    #expect(TorchvisionArchitecture.classCount(in: store) == 3)
    store["roi_heads.box_predictor.cls_score.weight"] = Tensor(zeros: [1, 2])
    #expect(TorchvisionArchitecture.classCount(in: store) == nil)
  }

  @Test func frozenLayersOfOldFilesHaveNoEpsilon() {
    let (old, new) = (["rpn.head.conv.weight"], ["rpn.head.conv.0.0.weight"])
    let counted = ["backbone.body.bn1.num_batches_tracked"]
    let first = TorchvisionArchitecture.fasterRCNNResNet50FPN
    #expect(first.normalizationEpsilon(parameterNames: old) == 0)
    #expect(first.normalizationEpsilon(parameterNames: old + counted) == 1e-5)
    #expect(first.normalizationEpsilon(parameterNames: new) == 1e-5)
    #expect(
      TorchvisionArchitecture.fasterRCNNMobileNetV3LargeFPN.normalizationEpsilon(parameterNames: old) == 1e-5)
    #expect(first.configuration(normalizationEpsilon: 0).backbone.normalizationEpsilon == 0)
  }
}
