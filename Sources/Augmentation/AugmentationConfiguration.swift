/// How training samples are varied. The defaults suit photographs.
///
/// Probabilities are in [0, 1]. ``init()`` gives the defaults, ``none`` leaves every image as detection would see it.
public struct AugmentationConfiguration: Codable, Sendable, Hashable {
  /// Probability of mirroring left and right.
  public var horizontalFlip: Double = 0.5
  /// Probability of mirroring up and down. For pictures without an up: microscope, circuit board, aerial.
  public var verticalFlip: Double = 0
  /// Probability of turning by 90°, 180° or 270°, each equally likely. For pictures without an up.
  public var rotate90: Double = 0
  /// The image is scaled by a factor between these two, beyond being fitted into the input. Above 1 it is cropped.
  public var scaleMinimum: Double = 0.6
  public var scaleMaximum: Double = 1.4
  /// The image is moved by at most this fraction of the input's width and height, beyond the random crop or margin.
  public var translate: Double = 0.1
  /// The image is turned about the middle of the input by at most so many degrees either way. An object's box is then the box
  /// around its turned corners, as far as they are in sight, and so larger than the object.
  public var rotation: Double = 0
  /// Rows are moved sideways by at most this fraction of their distance from the middle, either way.
  public var shear: Double = 0
  /// What is shown where the image ends. Objects that are seen once more in a mirrored edge have no box there.
  public var fill = FillMode.constant
  /// The level of ``FillMode/constant``: by default a grey close to the mean of photographs, as detection has it.
  public var fillLevel = 114
  /// The smallest part of an image's area that is cropped out and brought to the input's size, its proportions changed by up to
  /// 4 : 3, in place of scaling and moving; 0 for none.
  public var randomResizedCrop: Double = 0
  /// Hue is shifted by at most this fraction of the colour circle, either way.
  public var hue: Double = 0.015
  /// Saturation is multiplied or divided by at most 1 + this.
  public var saturation: Double = 0.5
  /// Value (brightness) is multiplied or divided by at most 1 + this.
  public var value: Double = 0.3
  /// Probability of joining four images round a random centre (Bochkovskiy et al., "YOLOv4", 2020, section 3.3).
  public var mosaic: Double = 0.5
  /// Probability of laying objects of another image over the sample, each of them by an even chance, with its pixels alone
  /// (Ghiasi et al. 2021, "Simple Copy-Paste"). Without effect where no object has pixels; not in the last epochs that are
  /// without mosaics.
  public var copyPaste: Double = 0
  /// A box is kept while at least this fraction of its area, of a turned box the turned one's, is still in sight.
  public var minimumVisibleFraction: Double = 0.3
  /// A box is kept while both its sides have at least this many pixels of the input.
  public var minimumBoxSide: Double = 2

  public init() {}

  /// No variation: every sample is the image fitted into the input.
  public static var none: AugmentationConfiguration {
    var configuration = AugmentationConfiguration()
    configuration.horizontalFlip = 0
    configuration.scaleMinimum = 1
    configuration.scaleMaximum = 1
    configuration.translate = 0
    configuration.hue = 0
    configuration.saturation = 0
    configuration.value = 0
    configuration.mosaic = 0
    return configuration
  }
}

extension AugmentationConfiguration {
  /// Between no variation at 0 and this configuration at 1. Flips and turns stay as they are: a mirrored image is not
  /// harder than the image, and the end of a training run wants easier images, not fewer different ones.
  ///
  /// - Precondition: `strength` is in [0, 1].
  public func scaled(by strength: Double) -> AugmentationConfiguration {
    precondition(strength >= 0 && strength <= 1, "a strength is in [0, 1], not \(strength)")
    var scaled = self
    scaled.scaleMinimum = 1 + (scaleMinimum - 1) * strength
    scaled.scaleMaximum = 1 + (scaleMaximum - 1) * strength
    scaled.translate *= strength
    scaled.rotation *= strength
    scaled.shear *= strength
    if randomResizedCrop > 0 { scaled.randomResizedCrop = strength > 0 ? 1 + (randomResizedCrop - 1) * strength : 0 }
    scaled.hue *= strength
    scaled.saturation *= strength
    scaled.value *= strength
    scaled.mosaic *= strength
    scaled.copyPaste *= strength
    return scaled
  }

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
    try check("rotate90", rotate90, 0...1)
    try check("scaleMaximum", scaleMaximum, 0.05...20)
    try check("scaleMinimum", scaleMinimum, 0.05...scaleMaximum)
    try check("translate", translate, 0...1)
    try check("rotation", rotation, 0...180)
    try check("shear", shear, 0...2)
    try check("fillLevel", Double(fillLevel), 0...255)
    try check("randomResizedCrop", randomResizedCrop, 0...1)
    try check("hue", hue, 0...0.5)
    try check("saturation", saturation, 0...10)
    try check("value", value, 0...10)
    try check("mosaic", mosaic, 0...1)
    try check("copyPaste", copyPaste, 0...1)
    try check("minimumVisibleFraction", minimumVisibleFraction, 0...1)
    try check("minimumBoxSide", minimumBoxSide, 0...1000)
  }
}

/// An augmentation setting that is out of its range.
public struct AugmentationConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var key: String
  public var value: Double
  public var expected: String

  public init(key: String, value: Double, expected: String) {
    self.key = key
    self.value = value
    self.expected = expected
  }

  public var description: String { "augmentation.\(key) is \(value); expected \(expected)" }
}
