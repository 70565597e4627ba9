/// torchvision's classifiers that can serve as a backbone, by the names of the functions that make them.
///
/// From torchvision 0.14, `models/resnet.py` and `models/mobilenetv3.py`.
public enum TorchvisionClassifier: String, CaseIterable, Sendable {
  case resNet18 = "resnet18"
  case resNet34 = "resnet34"
  case resNet50 = "resnet50"
  case resNet101 = "resnet101"
  case resNet152 = "resnet152"
  case mobileNetV3Large = "mobilenet_v3_large"
  case mobileNetV3Small = "mobilenet_v3_small"

  /// The backbone that has the classifier's weights, with the epsilon that they were trained with.
  public var backbone: BackboneConfiguration {
    switch self {
    case .resNet18: BackboneConfiguration(depth: .resNet18)
    case .resNet34: BackboneConfiguration(depth: .resNet34)
    case .resNet50: BackboneConfiguration(depth: .resNet50)
    case .resNet101: BackboneConfiguration(depth: .resNet101)
    case .resNet152: BackboneConfiguration(depth: .resNet152)
    case .mobileNetV3Large: BackboneConfiguration(.mobileNetV3Large, normalizationEpsilon: 1e-3)
    case .mobileNetV3Small: BackboneConfiguration(.mobileNetV3Small, normalizationEpsilon: 1e-3)
    }
  }

  /// Name of a classifier's parameter in a detector's backbone; nil where the backbone has no such parameter: the
  /// classifying end, and the counters of batch normalisation.
  ///
  /// - Parameter prefix: what the backbone's parameters begin with.
  public func parameterName(_ name: String, prefix: String = "backbone.body.") -> String? {
    if name.hasSuffix(".num_batches_tracked") { return nil }
    switch self {
    case .resNet18, .resNet34, .resNet50, .resNet101, .resNet152:
      return name.hasPrefix("fc.") ? nil : prefix + name
    case .mobileNetV3Large, .mobileNetV3Small:
      if name.hasPrefix("classifier.") { return nil }
      return prefix + (name.hasPrefix("features.") ? String(name.dropFirst("features.".count)) : name)
    }
  }
}
