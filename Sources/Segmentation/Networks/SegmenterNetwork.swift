import Backbones
import Models

/// The networks that segment, by the names that configurations and `import` have for them: torchvision's where it has the network.
public enum SegmenterNetwork: String, Codable, Sendable, CaseIterable {
  /// Two 1×1 convolutions on MobileNetV3-Large, at strides 8 and 16 (Howard et al. 2019, section 6.4).
  case lraspp = "lraspp_mobilenet_v3_large"
  /// Score maps at strides 32, 16 and 8 of any backbone, doubled by transposed convolutions and added (Long et al. 2015,
  /// FCN-8s).
  case fcn8s = "fcn8s"
  /// The same without stride 8.
  case fcn16s = "fcn16s"
  /// Stride 32 alone.
  case fcn32s = "fcn32s"
  /// The semantic branch of a panoptic feature pyramid network, on any backbone, with scores at stride 4 (Kirillov et al. 2019).
  case semanticFPN = "semantic_fpn"
  /// A 3×3 and a 1×1 convolution on a ResNet whose last two stages are dilated.
  case fcnResNet50 = "fcn_resnet50"
  case fcnResNet101 = "fcn_resnet101"
  /// Parallel dilated convolutions (Chen et al. 2017, section 3.3) on a dilated backbone.
  case deepLabMobileNet = "deeplabv3_mobilenet_v3_large"
  case deepLabResNet50 = "deeplabv3_resnet50"
  case deepLabResNet101 = "deeplabv3_resnet101"
  /// Ronneberger et al. 2015, with padded convolutions and batch normalisation.
  case uNet = "unet"

  public init(from decoder: any Decoder) throws { self = try decoder.choice() }

  /// The networks whose weights torchvision has.
  public static var importable: [SegmenterNetwork] { allCases.filter { $0.fixedBackbone != nil } }

  /// The backbone that the network is made for; nil where there is none or any.
  public var fixedBackbone: BackboneConfiguration? {
    switch self {
    case .lraspp, .deepLabMobileNet: TorchvisionClassifier.mobileNetV3Large.backbone
    case .fcnResNet50, .deepLabResNet50: TorchvisionClassifier.resNet50.backbone
    case .fcnResNet101, .deepLabResNet101: TorchvisionClassifier.resNet101.backbone
    case .fcn8s, .fcn16s, .fcn32s, .semanticFPN, .uNet: nil
    }
  }

  /// Whether the configuration says which backbone it is.
  public var hasChosenBackbone: Bool { [.fcn8s, .fcn16s, .fcn32s, .semanticFPN].contains(self) }

  /// Pixels that one element of the coarsest map stands for.
  public var stride: Int {
    switch self {
    case .lraspp, .deepLabMobileNet, .uNet: 16
    case .fcnResNet50, .fcnResNet101, .deepLabResNet50, .deepLabResNet101: 8
    case .fcn8s, .fcn16s, .fcn32s, .semanticFPN: 32
    }
  }

  /// Whether torchvision has it with a second head that only training uses.
  public var canHaveAuxiliaryHead: Bool { fixedBackbone != nil && self != .lraspp }
}

extension SegmenterNetwork: CustomStringConvertible {
  public var description: String { rawValue }
}
