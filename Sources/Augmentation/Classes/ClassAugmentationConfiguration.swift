/// How a classifier's training images are varied. The defaults leave them as they are: what keeps an image's class depends on
/// the classes, and a mirrored 2 is no digit.
public struct ClassAugmentationConfiguration: Codable, Sendable, Hashable {
  /// Probability of mirroring left and right.
  public var horizontalFlip = 0.0
  /// Probability of mirroring up and down.
  public var verticalFlip = 0.0
  /// The image is moved by at most so many pixels either way: a random crop of the image with a margin so wide.
  public var padding = 0
  /// The image is turned by at most so many degrees either way.
  public var rotation = 0.0
  /// Rows are moved sideways by at most this fraction of their distance from the middle, either way.
  public var shear = 0.0
  /// The image is moved by at most this fraction of its width and height.
  public var shift = 0.0
  /// The image is scaled by a factor between 1 − this and 1 + this.
  public var zoom = 0.0
  /// What is shown where the varied image ends.
  public var fill = FillMode.constant
  /// The level of ``FillMode/constant``.
  public var fillLevel = 0
  /// The smallest part of an image's area that is cropped out and brought to the input's size, its proportions changed by up to
  /// 4 : 3 (Szegedy et al. 2014, section 6); 0 for the whole image.
  public var randomResizedCrop = 0.0
  /// Hue is shifted by at most this fraction of the colour circle, either way.
  public var hue = 0.0
  /// Saturation is multiplied or divided by at most 1 + this.
  public var saturation = 0.0
  /// Value (brightness) is multiplied or divided by at most 1 + this.
  public var value = 0.0
  /// α of mixup (Zhang et al. 2017): images and targets are blended with another's by a weight of Beta(α, α); 0 for none.
  public var mixup = 0.0
  /// α of CutMix (Yun et al. 2019): a rectangle of another image is pasted in, its share of the area of Beta(α, α); 0 for none.
  /// With mixup, each image takes one of the two.
  public var cutmix = 0.0

  public init() {}

  /// - Throws: ``AugmentationConfigurationError`` naming the first key that is out of its range.
  public func validate() throws(AugmentationConfigurationError) {
    func check(_ key: String, _ value: Double, _ range: ClosedRange<Double>) throws(AugmentationConfigurationError) {
      guard range.contains(value) else {
        throw AugmentationConfigurationError(
          key: key, value: value, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
      }
    }
    try check("horizontalFlip", horizontalFlip, 0...1)
    try check("verticalFlip", verticalFlip, 0...1)
    try check("padding", Double(padding), 0...1024)
    try check("rotation", rotation, 0...180)
    try check("shear", shear, 0...2)
    try check("shift", shift, 0...1)
    try check("zoom", zoom, 0...0.95)
    try check("fillLevel", Double(fillLevel), 0...255)
    try check("randomResizedCrop", randomResizedCrop, 0...1)
    try check("hue", hue, 0...0.5)
    try check("saturation", saturation, 0...10)
    try check("value", value, 0...10)
    try check("mixup", mixup, 0...100)
    try check("cutmix", cutmix, 0...100)
  }
}
