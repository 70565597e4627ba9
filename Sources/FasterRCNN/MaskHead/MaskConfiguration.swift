/// The head that says which pixels of a region belong to its object (He et al. 2017, section 3): with it the detector is a
/// Mask R-CNN.
public struct MaskConfiguration: Codable, Sendable, Hashable {
  /// Whether the detector has the head.
  public var isPredicted = false
  /// Cells of a region along either axis. The mask has twice as many.
  public var poolingSize = 14
  /// 3×3 convolutions, each with ReLU.
  public var convolutions = 4
  /// Of the convolutions and the doubling; 256 in the paper.
  public var channels = 128
  /// Batch normalisation behind the convolutions, which training from scratch wants; of torchvision's detectors, `_v2` has it.
  public var hasNormalization = true
  /// Regions with an object, per image, that take part in the loss at most.
  public var samplesPerImage = 16
  /// Factor on the loss.
  public var lossWeight = 1.0

  public init() {}

  /// Cells of a mask along either axis.
  public var maskSize: Int { 2 * poolingSize }
}
