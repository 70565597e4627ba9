import Backbones
import ImageCodecs
import Models

/// torchvision's two-stage detectors, by the names of the functions that make them.
///
/// From torchvision 0.14, `models/detection/faster_rcnn.py`, `backbone_utils.py` and `transform.py`. Parameters have the
/// names that torchvision gives them, but for those of ``parameterName(_:)``.
public enum TorchvisionArchitecture: String, CaseIterable, Sendable {
  case fasterRCNNResNet50FPN = "fasterrcnn_resnet50_fpn"
  case fasterRCNNResNet50FPNv2 = "fasterrcnn_resnet50_fpn_v2"
  case fasterRCNNMobileNetV3LargeFPN = "fasterrcnn_mobilenet_v3_large_fpn"
  case fasterRCNNMobileNetV3Large320FPN = "fasterrcnn_mobilenet_v3_large_320_fpn"
  case maskRCNNResNet50FPN = "maskrcnn_resnet50_fpn"
  case maskRCNNResNet50FPNv2 = "maskrcnn_resnet50_fpn_v2"

  /// The detector with torchvision's settings, training's included.
  ///
  /// - Parameter normalizationEpsilon: of the backbone; see ``normalizationEpsilon(parameterNames:)``.
  public func configuration(normalizationEpsilon: Double = 1e-5) -> FasterRCNNConfiguration {
    var configuration = FasterRCNNConfiguration()
    configuration.inputSize = preprocessing.inputSize
    configuration.pyramid.channels = 256
    configuration.pyramid.hasPooledLevel = true
    configuration.proposals.trainingCandidates = 2000
    configuration.proposals.trainingCount = 2000
    configuration.proposals.candidates = 1000
    configuration.proposals.count = 1000
    // `aligned=False`.
    configuration.regions.pooling = .legacyRoIAlign
    configuration.regions.width = 1024
    configuration.regions.samplesPerImage = 512
    switch self {
    case .fasterRCNNResNet50FPN, .fasterRCNNResNet50FPNv2, .maskRCNNResNet50FPN, .maskRCNNResNet50FPNv2:
      configuration.backbone = BackboneConfiguration(depth: .resNet50, normalizationEpsilon: normalizationEpsilon)
      configuration.pyramid.finestStride = 4
      configuration.pyramid.hasNormalization = false
      configuration.proposals.anchorSizes = [[32], [64], [128], [256], [512]]
    case .fasterRCNNMobileNetV3LargeFPN, .fasterRCNNMobileNetV3Large320FPN:
      configuration.backbone = BackboneConfiguration(.mobileNetV3Large, normalizationEpsilon: normalizationEpsilon)
      configuration.pyramid.finestStride = 32
      configuration.pyramid.hasNormalization = false
      configuration.proposals.anchorSizes = [[Double]](repeating: [32, 64, 128, 256, 512], count: 3)
      configuration.proposals.minimumScore = 0.05
    }
    switch self {
    case .fasterRCNNResNet50FPN, .maskRCNNResNet50FPN, .fasterRCNNMobileNetV3LargeFPN: break
    case .fasterRCNNResNet50FPNv2, .maskRCNNResNet50FPNv2:
      configuration.pyramid.hasNormalization = true
      configuration.proposals.convolutions = 2
      configuration.regions.convolutions = 4
      configuration.regions.fullyConnectedLayers = 1
    case .fasterRCNNMobileNetV3Large320FPN:
      configuration.proposals.candidates = 150
      configuration.proposals.count = 150
    }
    if self == .maskRCNNResNet50FPN || self == .maskRCNNResNet50FPNv2 {
      configuration.masks.isPredicted = true
      configuration.masks.channels = 256
      configuration.masks.hasNormalization = self == .maskRCNNResNet50FPNv2
    }
    return configuration
  }

  /// What `GeneralizedRCNNTransform` does, with the colours of ImageNet.
  public var preprocessing: Preprocessing {
    let (inputSize, resize): (ImageSize, ResizePolicy) =
      switch self {
      case .fasterRCNNMobileNetV3Large320FPN:
        (ImageSize(width: 640, height: 320), .shorterSide(320, longerAtMost: 640))
      case .fasterRCNNResNet50FPN, .fasterRCNNResNet50FPNv2, .fasterRCNNMobileNetV3LargeFPN, .maskRCNNResNet50FPN,
        .maskRCNNResNet50FPNv2:
        (ImageSize(width: 1344, height: 800), .shorterSide(800, longerAtMost: 1333))
      }
    return Preprocessing(
      inputSize: inputSize, resize: resize, antialias: false, mean: [0.485, 0.456, 0.406],
      standardDeviation: [0.229, 0.224, 0.225])
  }

  /// What torchvision asks of its detectors unless told otherwise.
  public static var detectionOptions: DetectionOptions {
    DetectionOptions(confidence: 0.05, iou: 0.5, maximumDetections: 100)
  }
}
