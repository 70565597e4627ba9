/// Which network turns images into feature maps.
///
/// In files the settings of a ResNet suffice: `backbone: { depth: 18, widthMultiplier: 0.5 }`.
public struct BackboneConfiguration: Codable, Hashable, Sendable {
  public enum Family: String, Codable, Sendable, CaseIterable {
    case resNet = "resnet"
    case mobileNetV3Large = "mobilenet-v3-large"
    case mobileNetV3Small = "mobilenet-v3-small"
  }

  public var family = Family.resNet
  /// 18, 34, 50, 101 or 152 layers; of a ResNet only.
  public var depth = ResNetConfiguration.Depth.resNet18
  /// Factor on every layer's channels; 1 is the published network.
  public var widthMultiplier = 1.0
  /// What batch normalisation adds to the variance. Weights are made for one value: those of torchvision's
  /// classifiers for 1e-5 (ResNet) or 1e-3 (MobileNetV3), those of its detectors for 1e-5 but for one, which wants 0.
  public var normalizationEpsilon = 1e-5

  public init() {}

  public init(
    _ family: Family = .resNet, depth: ResNetConfiguration.Depth = .resNet18, widthMultiplier: Double = 1,
    normalizationEpsilon: Double = 1e-5
  ) {
    self.family = family
    self.depth = depth
    self.widthMultiplier = widthMultiplier
    self.normalizationEpsilon = normalizationEpsilon
  }

  /// Files from before there were other families name a depth and a width only.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    depth = try values.decode(ResNetConfiguration.Depth.self, forKey: .depth)
    widthMultiplier = try values.decode(Double.self, forKey: .widthMultiplier)
    family = try values.decodeIfPresent(Family.self, forKey: .family) ?? family
    normalizationEpsilon =
      try values.decodeIfPresent(Double.self, forKey: .normalizationEpsilon) ?? normalizationEpsilon
  }
}
