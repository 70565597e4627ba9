import Backbones
import ComputeGraph
import ImageCodecs
import Models
import Tensors

/// Everything that describes a segmenter, apart from its classes and weights.
public struct SegmenterConfiguration: Codable, Sendable, Hashable {
  public var network = SegmenterNetwork.lraspp
  /// What an FCN with skips or a feature pyramid begins with; the other networks have one of their own.
  public var backbone = BackboneConfiguration()
  /// Of the images that the network sees, in pixels.
  public var inputSize = ImageSize(width: 480, height: 360)
  /// 3 for red, green and blue; of U-Net also 1 for brightness.
  public var inputChannels = 3
  /// Of U-Net's convolutions: `same`, or `valid` as in the paper, whose result is the middle of the input.
  public var padding = ConvolutionPadding.same
  /// Whether images keep their proportions, with grey beside them; else they are stretched.
  public var keepsProportions = false
  /// Factor on every layer's channels, of U-Net, of the backbones that a network is made for and of a feature pyramid and its
  /// head; 1 is the published network.
  public var widthMultiplier = 1.0
  /// Whether training has torchvision's second head, on an earlier map.
  public var hasAuxiliaryHead = false
  /// Whether training drops elements where the network's paper or torchvision does.
  public var hasDropout = true
  public var loss = SegmentationLossConfiguration()
  /// Subtracted from each channel after scaling to 0…1; one for all, or one a channel.
  public var mean: [Double] = [0.485, 0.456, 0.406]
  /// Each channel is divided by it.
  public var standardDeviation: [Double] = [0.229, 0.224, 0.225]
  /// `fixed` for the two above, `perImage` for each image's own mean and deviation, for images that differ in brightness and
  /// contrast, as those of microscopes do.
  public var normalization = ImageNormalization.fixed

  public init() {}

  /// Files from before there were networks without padding do not name it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    network = try values.decode(SegmenterNetwork.self, forKey: .network)
    backbone = try values.decode(BackboneConfiguration.self, forKey: .backbone)
    inputSize = try values.decode(ImageSize.self, forKey: .inputSize)
    inputChannels = try values.decode(Int.self, forKey: .inputChannels)
    padding = try values.decodeIfPresent(ConvolutionPadding.self, forKey: .padding) ?? padding
    keepsProportions = try values.decode(Bool.self, forKey: .keepsProportions)
    widthMultiplier = try values.decode(Double.self, forKey: .widthMultiplier)
    hasAuxiliaryHead = try values.decode(Bool.self, forKey: .hasAuxiliaryHead)
    hasDropout = try values.decode(Bool.self, forKey: .hasDropout)
    loss = try values.decode(SegmentationLossConfiguration.self, forKey: .loss)
    mean = try values.decode([Double].self, forKey: .mean)
    standardDeviation = try values.decode([Double].self, forKey: .standardDeviation)
    normalization = try values.decodeIfPresent(ImageNormalization.self, forKey: .normalization) ?? normalization
  }

  /// How images come in.
  public var preprocessing: Preprocessing {
    func channels(_ values: [Double]) -> [Float] {
      values.count == inputChannels
        ? values.map(Float.init) : [Float](repeating: Float(values[0]), count: inputChannels)
    }
    return Preprocessing(
      inputSize: inputSize, resize: keepsProportions ? .letterbox : .stretch, mean: channels(mean),
      standardDeviation: channels(standardDeviation), normalization: normalization)
  }

  /// Pixels that the network's result lacks at every side of its input: 92 of U-Net without padding, else 0.
  public var outputMargin: Int { padding == .valid ? UNet.validMargin : 0 }

  /// The network from images, N×C×H×W, to a score for every class and pixel, N×classes×H×W; in training also those of the
  /// auxiliary head, where there is one. Without padding, scores lack ``outputMargin`` pixels at every side.
  ///
  /// - Precondition: the configuration is valid.
  public func graph(classCount: Int, isTraining: Bool = false) -> Graph {
    Graph(inputChannels: inputChannels) { images in
      let scores = scores(images, classCount, isTraining)
      return padding == .valid ? scores : scores.map { $0.resized(like: images) }
    }
  }

  private func scores(_ images: Value, _ classCount: Int, _ isTraining: Bool) -> [Value] {
    let trunk = usedBackbone
    func skip(_ stride: Int) -> [Value] {
      [SkipFCN(backbone: trunk, classCount: classCount, finestStride: stride)(images)]
    }
    func dilated(_ head: DilatedNetwork.Head) -> [Value] {
      DilatedNetwork(head: head, backbone: trunk, classCount: classCount, hasDropout: hasDropout)(
        images, hasAuxiliaryHead: isTraining && hasAuxiliaryHead)
    }
    switch network {
    case .lraspp: return [LiteRASPP(backbone: trunk, classCount: classCount)(images)]
    case .fcn8s: return skip(8)
    case .fcn16s: return skip(16)
    case .fcn32s: return skip(32)
    case .semanticFPN:
      let channels = max(16, Int((256 * widthMultiplier / 16).rounded()) * 16)
      return [SemanticPyramid(backbone: trunk, classCount: classCount, channels: channels)(images)]
    case .fcnResNet50, .fcnResNet101: return dilated(.fullyConvolutional)
    case .deepLabMobileNet, .deepLabResNet50, .deepLabResNet101: return dilated(.atrousPyramid)
    case .uNet:
      let width = max(8, Int((64 * widthMultiplier / 8).rounded()) * 8)
      let network = UNet(
        inputChannels: inputChannels, classCount: classCount, width: width, hasDropout: hasDropout, padding: padding)
      return [network(images)]
    }
  }

  /// What the network begins with. Of U-Net without meaning.
  public var usedBackbone: BackboneConfiguration {
    guard var own = network.fixedBackbone else { return backbone }
    own.widthMultiplier = widthMultiplier
    return own
  }
}

extension SegmenterConfiguration {
  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(SegmenterConfigurationError) {
    func require(
      _ condition: Bool, _ key: String, _ expected: @autoclosure () -> String
    ) throws(SegmenterConfigurationError) {
      if !condition { throw SegmenterConfigurationError(key: key, expected: expected()) }
    }
    let smallest = network.stride
    try require(
      Preprocessing.allows(inputSize) && min(inputSize.width, inputSize.height) >= smallest, "inputSize",
      "sides from \(smallest) (the stride of \(network.rawValue)) to \(Preprocessing.longestSide) and at most "
        + "\(Preprocessing.mostPixels) pixels, not \(inputSize)")
    try require(padding == .same || network == .uNet, "padding", "same for \(network.rawValue), not valid")
    try require(
      network != .uNet || padding == .valid || tileSize(atLeast: inputSize) == inputSize, "inputSize",
      "multiples of 16 for unet, not \(inputSize)")
    try require(
      padding == .same || tileSize(atLeast: inputSize) == inputSize, "inputSize",
      "\(UNet.smallestValidInput), or that and a multiple of 16, for unet with valid padding (572 for example), not "
        + "\(inputSize)")
    try require(
      inputChannels == 3 || network == .uNet && inputChannels == 1, "inputChannels",
      network == .uNet ? "1 or 3, not \(inputChannels)" : "3 for \(network.rawValue), not \(inputChannels)")
    try require(
      widthMultiplier > 0 && widthMultiplier <= 4, "widthMultiplier", "above 0 and at most 4, not \(widthMultiplier)")
    try require(
      widthMultiplier == 1 || !network.hasChosenBackbone || network == .semanticFPN, "widthMultiplier",
      "1 for \(network.rawValue), whose backbone has a width of its own, not \(widthMultiplier)")
    try require(
      backbone.widthMultiplier > 0 && backbone.widthMultiplier <= 4, "backbone.widthMultiplier",
      "above 0 and at most 4, not \(backbone.widthMultiplier)")
    try require(
      backbone == BackboneConfiguration() || network.hasChosenBackbone, "backbone",
      "none for \(network.rawValue), which has one of its own or none")
    try require(
      !hasAuxiliaryHead || network.canHaveAuxiliaryHead, "hasAuxiliaryHead",
      "false for \(network.rawValue), which has no second head")
    for (key, values) in [("mean", mean), ("standardDeviation", standardDeviation)] {
      try require(
        (values.count == 1 || values.count == inputChannels) && values.allSatisfy(\.isFinite)
          && (key == "mean" || values.allSatisfy { $0 > 0 }), key,
        "one number, or one for each of \(inputChannels) channels\(key == "mean" ? "" : ", above 0"), not \(values)")
    }
    try loss.validate()
  }

  /// Throws for a number of classes that no network is made for.
  public static func check(classCount: Int) throws(SegmenterConfigurationError) {
    guard (2...LabelMap.mostClasses).contains(classCount) else {
      throw SegmenterConfigurationError(
        key: "classes", expected: "2 to \(LabelMap.mostClasses) classes to tell apart, not \(classCount)")
    }
  }
}

/// A setting of a segmenter that cannot be.
public struct SegmenterConfigurationError: Error, Hashable, CustomStringConvertible {
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "segmenter, \(key): expected \(expected)" }
}
