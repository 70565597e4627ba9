import Backbones
import DetectionUtilities
import ImageCodecs
import Models

/// Everything that describes a single-stage detector, apart from its classes and weights.
public struct YOLOConfiguration: Codable, Sendable, Hashable {
  /// Size to which images are letterboxed, in pixels; multiples of the largest stride, 32.
  public var inputSize = ImageSize(width: 416, height: 416)
  /// `fixed` for pixels from 0 to 1, `perImage` for each image's own mean and deviation, for images that differ in brightness
  /// and contrast, as those of microscopes do.
  public var normalization = ImageNormalization.fixed
  public var backbone = BackboneConfiguration(depth: .resNet18, widthMultiplier: 0.5)
  /// Width of the feature pyramid and of the head.
  public var pyramidChannels = 96
  /// 3×3 convolutions of the head on each map, before the 1×1 convolution that predicts.
  public var headConvolutions = 2
  /// Anchor shapes per map.
  public var anchorsPerLevel = 3
  /// Anchor shapes in pixels of the network's input, one list per map (strides 8, 16, 32). Empty: k-means on the
  /// training boxes.
  public var anchors: [[AnchorSize]] = []
  /// How raw box outputs are read.
  public var boxParameterisation = BoxParameterisation.squared
  public var loss = YOLOLossConfiguration()

  public init() {}

  /// Files from before there was a choice of normalisation do not name it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    inputSize = try values.decode(ImageSize.self, forKey: .inputSize)
    normalization = try values.decodeIfPresent(ImageNormalization.self, forKey: .normalization) ?? normalization
    backbone = try values.decode(BackboneConfiguration.self, forKey: .backbone)
    pyramidChannels = try values.decode(Int.self, forKey: .pyramidChannels)
    headConvolutions = try values.decode(Int.self, forKey: .headConvolutions)
    anchorsPerLevel = try values.decode(Int.self, forKey: .anchorsPerLevel)
    anchors = try values.decode([[AnchorSize]].self, forKey: .anchors)
    boxParameterisation = try values.decode(BoxParameterisation.self, forKey: .boxParameterisation)
    loss = try values.decode(YOLOLossConfiguration.self, forKey: .loss)
  }

  /// Strides of the maps that the head reads: C3 to C5.
  public static let strides = [8, 16, 32]

  /// The head for a number of classes.
  ///
  /// - Precondition: there are anchors.
  public func head(classCount: Int) -> YOLOHeadConfiguration {
    var head = YOLOHeadConfiguration()
    head.anchors = anchors
    head.strides = Self.strides
    head.classCount = classCount
    head.boxParameterisation = boxParameterisation
    return head
  }
}

extension YOLOConfiguration {
  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(YOLOConfigurationError) {
    let coarsest = Self.strides.max() ?? 1
    try YOLOConfigurationError.require(
      Preprocessing.allows(inputSize) && inputSize.width % coarsest == 0 && inputSize.height % coarsest == 0,
      "inputSize",
      "a width and a height that are multiples of \(coarsest) up to \(Preprocessing.longestSide), with at most "
        + "\(Preprocessing.mostPixels) pixels, not \(inputSize)")
    try YOLOConfigurationError.require(
      backbone.widthMultiplier > 0 && backbone.widthMultiplier <= 4, "backbone.widthMultiplier",
      "a number above 0 and at most 4, not \(backbone.widthMultiplier)")
    try YOLOConfigurationError.require(
      (1...4096).contains(pyramidChannels), "pyramidChannels", "1 to 4096, not \(pyramidChannels)")
    try YOLOConfigurationError.require(
      (0...16).contains(headConvolutions), "headConvolutions", "0 to 16, not \(headConvolutions)")
    try YOLOConfigurationError.require(
      (1...32).contains(anchorsPerLevel), "anchorsPerLevel", "1 to 32, not \(anchorsPerLevel)")
    try YOLOConfigurationError.require(
      anchors.isEmpty || anchors.count == Self.strides.count && anchors.allSatisfy { $0.count == anchorsPerLevel },
      "anchors",
      "\(Self.strides.count) lists of \(anchorsPerLevel) anchors (anchorsPerLevel), or none to fit them to the data")
    if !anchors.isEmpty { try head(classCount: 1).validate() }
    try loss.validate()
  }
}

/// A setting of a YOLO head, its assigner or its loss that cannot be.
public struct YOLOConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting.
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "YOLO, \(key): expected \(expected)" }

  static func require(_ condition: Bool, _ key: String, _ expected: String) throws(YOLOConfigurationError) {
    if !condition { throw YOLOConfigurationError(key: key, expected: expected) }
  }
}
