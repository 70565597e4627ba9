import Backbones
import Models

/// The networks that classify, by the names that configurations and `import` have for them: torchvision's where it has the
/// network.
public enum ClassifierNetwork: String, Codable, Sendable, CaseIterable {
  /// Two convolutions and two fully connected layers.
  case lectures
  /// Fully connected layers on the flattened image.
  case fullyConnected = "fully-connected"
  case alexNet = "alexnet"
  case vgg11
  case vgg16
  case vgg19
  case googLeNet = "googlenet"
  case squeezeNet10 = "squeezenet1_0"
  case squeezeNet11 = "squeezenet1_1"
  case resNet18 = "resnet18"
  case resNet34 = "resnet34"
  case resNet50 = "resnet50"
  case resNet101 = "resnet101"
  case resNet152 = "resnet152"
  case resNet20CIFAR = "resnet20-cifar"
  case resNet32CIFAR = "resnet32-cifar"
  case mobileNetV3Small = "mobilenet_v3_small"
  case mobileNetV3Large = "mobilenet_v3_large"

  public init(from decoder: any Decoder) throws { self = try decoder.choice() }

  /// The backbone of detectors that the network is a classifier of; nil where it is none.
  public var backbone: TorchvisionClassifier? { TorchvisionClassifier(rawValue: rawValue) }

  /// The networks whose weights other programs have.
  public static var importable: [ClassifierNetwork] { allCases.filter { $0 != .lectures && $0 != .fullyConnected } }

  /// Whether it is made for CIFAR's images of 32×32.
  public var isForSmallImages: Bool { self == .resNet20CIFAR || self == .resNet32CIFAR }

  /// Whether ``ClassifierConfiguration/widthMultiplier`` changes the network.
  var hasWidth: Bool { backbone != nil || isForSmallImages }

  /// Names of parameters that torchvision's files have beside the network's: classifiers that only its training uses.
  public func isAuxiliary(_ name: String) -> Bool {
    self == .googLeNet && (name.hasPrefix("aux1.") || name.hasPrefix("aux2."))
  }
}
