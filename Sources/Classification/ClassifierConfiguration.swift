import Backbones
import ComputeGraph
import ImageCodecs
import Models
import Tensors

/// Everything that describes a classifier, apart from its classes and weights.
public struct ClassifierConfiguration: Codable, Sendable, Hashable {
  public var network = ClassifierNetwork.lectures
  /// Of the images that the network sees, in pixels.
  public var inputSize = ImageSize(width: 32, height: 32)
  /// 3 for red, green and blue, 1 for brightness.
  public var inputChannels = 3
  /// An image's shorter side is brought to so many pixels, and the middle of the image is taken, as large as `inputSize`;
  /// 0 for stretching the whole image.
  public var resizedSide = 0
  /// Factor on every layer's channels, of ResNets and MobileNets only; 1 is the published network.
  public var widthMultiplier = 1.0
  /// Units of each hidden layer of the fully connected network.
  public var hiddenUnits = [512, 512]
  /// Whether training drops units where the network's paper does.
  public var hasDropout = true
  /// What the classes that an image is not of share of its target (Szegedy et al. 2016, section 7).
  public var labelSmoothing = 0.0
  /// Subtracted from each channel after scaling to 0…1; one for all, or one a channel.
  public var mean: [Double] = [0.5]
  /// Each channel is divided by it.
  public var standardDeviation: [Double] = [0.25]

  public init() {}

  /// Largest number of classes.
  public static let mostClasses = 65_536

  /// How images come in.
  public var preprocessing: Preprocessing {
    func channels(_ values: [Double]) -> [Float] {
      values.count == inputChannels
        ? values.map(Float.init) : [Float](repeating: Float(values[0]), count: inputChannels)
    }
    return Preprocessing(
      inputSize: inputSize, resize: .stretch, mean: channels(mean), standardDeviation: channels(standardDeviation))
  }

  /// How much of an image it looks at.
  public var view: ImageView { resizedSide > 0 ? .middle(ofShorterSide: resizedSide) : .whole }

  /// The network from images, N×C×H×W, to logits, N×classes.
  ///
  /// - Precondition: the configuration is valid.
  public func graph(classCount: Int) -> Graph {
    Graph(inputChannels: inputChannels) { images in [logits(images, classCount)] }
  }

  private func logits(_ images: Value, _ classCount: Int) -> Value {
    let channels = inputChannels
    switch network {
    case .lectures:
      return LectureNetwork(
        inputChannels: channels, inputRows: inputSize.height, inputColumns: inputSize.width, classCount: classCount,
        hasDropout: hasDropout)(images)
    case .fullyConnected:
      return FullyConnectedNetwork(
        inputFeatures: channels * inputSize.width * inputSize.height, hiddenUnits: hiddenUnits, classCount: classCount,
        hasDropout: hasDropout)(images)
    case .alexNet: return AlexNet(inputChannels: channels, classCount: classCount, hasDropout: hasDropout)(images)
    case .vgg11: return vgg(.eleven, classCount)(images)
    case .vgg16: return vgg(.sixteen, classCount)(images)
    case .vgg19: return vgg(.nineteen, classCount)(images)
    case .googLeNet: return GoogLeNet(inputChannels: channels, classCount: classCount, hasDropout: hasDropout)(images)
    case .squeezeNet10: return squeezeNet(.one, classCount)(images)
    case .squeezeNet11: return squeezeNet(.oneOne, classCount)(images)
    case .resNet20CIFAR: return smallResNet(3, classCount)(images)
    case .resNet32CIFAR: return smallResNet(5, classCount)(images)
    case .resNet18, .resNet34, .resNet50, .resNet101, .resNet152, .mobileNetV3Small, .mobileNetV3Large:
      return BackboneClassifier(
        backbone: backbone ?? BackboneConfiguration(), classCount: classCount, hasDropout: hasDropout)(images)
    }
  }

  /// The backbone of detectors that the network begins with; nil where it begins with none.
  public var backbone: BackboneConfiguration? {
    guard var backbone = network.backbone?.backbone else { return nil }
    backbone.widthMultiplier = widthMultiplier
    return backbone
  }

  private func vgg(_ depth: VGG.Depth, _ classCount: Int) -> VGG {
    VGG(depth: depth, inputChannels: inputChannels, classCount: classCount, hasDropout: hasDropout)
  }

  private func squeezeNet(_ version: SqueezeNet.Version, _ classCount: Int) -> SqueezeNet {
    SqueezeNet(version: version, inputChannels: inputChannels, classCount: classCount, hasDropout: hasDropout)
  }

  private func smallResNet(_ blocks: Int, _ classCount: Int) -> CIFARResNet {
    CIFARResNet(
      blocksPerStage: blocks, inputChannels: inputChannels, classCount: classCount, widthMultiplier: widthMultiplier)
  }
}

extension ClassifierConfiguration {
  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(ClassifierConfigurationError) {
    func require(
      _ condition: Bool, _ key: String, _ expected: @autoclosure () -> String
    ) throws(ClassifierConfigurationError) {
      if !condition { throw ClassifierConfigurationError(key: key, expected: expected()) }
    }
    let longest = Preprocessing.longestSide
    try require(
      (1...longest).contains(inputSize.width) && (1...longest).contains(inputSize.height), "inputSize",
      "a width and a height of 1 to \(longest), not \(inputSize)")
    try require(inputChannels == 1 || inputChannels == 3, "inputChannels", "1 or 3, not \(inputChannels)")
    try require(
      inputChannels == 3 || network.backbone == nil, "inputChannels",
      "3 for \(network.rawValue), not \(inputChannels)")
    let shortest = max(inputSize.width, inputSize.height)
    try require(
      resizedSide == 0 || (shortest...longest).contains(resizedSide), "resizedSide",
      "0, or \(shortest) (the longer side of inputSize) to \(longest), not \(resizedSide)")
    try require(
      widthMultiplier > 0 && widthMultiplier <= 4, "widthMultiplier", "above 0 and at most 4, not \(widthMultiplier)")
    try require(
      widthMultiplier == 1 || network.hasWidth, "widthMultiplier",
      "1 for \(network.rawValue), which has no other width, not \(widthMultiplier)")
    try require(
      hiddenUnits.count <= 32 && hiddenUnits.allSatisfy { (1...65_536).contains($0) }, "hiddenUnits",
      "at most 32 numbers from 1 to 65,536")
    try require((0..<1).contains(labelSmoothing), "labelSmoothing", "at least 0 and below 1, not \(labelSmoothing)")
    for (key, values) in [("mean", mean), ("standardDeviation", standardDeviation)] {
      try require(
        (values.count == 1 || values.count == inputChannels) && values.allSatisfy(\.isFinite)
          && (key == "mean" || values.allSatisfy { $0 > 0 }), key,
        "one number, or one for each of \(inputChannels) channels\(key == "mean" ? "" : ", above 0"), not \(values)")
    }
    try checkDepth()
  }

  /// Throws where the network halves its maps more often than the image allows.
  private func checkDepth() throws(ClassifierConfigurationError) {
    do {
      _ = try graph(classCount: 2).shapes(input: [1, inputChannels, inputSize.height, inputSize.width])
    } catch {
      throw ClassifierConfigurationError(
        key: "inputSize", expected: "images large enough for \(network.rawValue), not \(inputSize): \(error)")
    }
  }

  /// Throws for a number of classes that no network is made for.
  public static func check(classCount: Int) throws(ClassifierConfigurationError) {
    guard (2...mostClasses).contains(classCount) else {
      throw ClassifierConfigurationError(
        key: "classes", expected: "2 to \(mostClasses) classes to tell apart, not \(classCount)")
    }
  }
}

/// A setting of a classifier that cannot be.
public struct ClassifierConfigurationError: Error, Hashable, CustomStringConvertible {
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "classifier, \(key): expected \(expected)" }
}

extension ClassifierNetwork: CustomStringConvertible {
  public var description: String { rawValue }
}
