import Backbones
import DetectionUtilities
import ImageCodecs

/// Everything that describes a single-stage detector, apart from its classes and weights.
public struct YOLOConfiguration: Codable, Sendable, Hashable {
  /// Size to which images are letterboxed, in pixels; multiples of the largest stride, 32.
  public var inputSize = ImageSize(width: 416, height: 416)
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
