import ComputeGraph

/// A network without its classifying end: images to feature maps, finest first.
public enum Backbone: Sendable {
  case resNet(ResNet)
  case mobileNetV3(MobileNetV3)

  /// - Parameters:
  ///   - prefix: put before every parameter name, such as "backbone.body.".
  ///   - outputStride: of the coarsest maps: 32, 16, or of a ResNet 8; see ``ResNet/outputStride``.
  public init(_ configuration: BackboneConfiguration, prefix: String = "", outputStride: Int = 32) {
    let epsilon = Float(configuration.normalizationEpsilon)
    func mobileNet(_ size: MobileNetV3.Size) -> Backbone {
      .mobileNetV3(
        MobileNetV3(
          size, widthMultiplier: configuration.widthMultiplier, normalizationEpsilon: epsilon, prefix: prefix,
          outputStride: outputStride))
    }
    switch configuration.family {
    case .resNet:
      let resNet = ResNetConfiguration(depth: configuration.depth, widthMultiplier: configuration.widthMultiplier)
      self = .resNet(
        ResNet(resNet, normalizationEpsilon: epsilon, prefix: prefix, outputStride: outputStride))
    case .mobileNetV3Large: self = mobileNet(.large)
    case .mobileNetV3Small: self = mobileNet(.small)
    }
  }

  /// What ``callAsFunction(_:)`` returns.
  public var featureMaps: [FeatureMapSpecification] {
    switch self {
    case .resNet(let network): network.featureMaps
    case .mobileNetV3(let network): network.featureMaps
    }
  }

  /// `images` has three channels.
  public func callAsFunction(_ images: Value) -> [Value] {
    switch self {
    case .resNet(let network): network(images)
    case .mobileNetV3(let network): network(images)
    }
  }
}
