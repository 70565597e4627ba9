/// How a segmenter's training images are varied; labels move with them. The defaults leave them as they are.
public struct SegmentationAugmentationConfiguration: Codable, Sendable, Hashable {
  /// Probability of mirroring left and right.
  public var horizontalFlip = 0.0
  /// Probability of mirroring up and down.
  public var verticalFlip = 0.0
  /// Probability of swapping rows and columns, for images without an up and down: with both mirrorings all eight ways to lay
  /// an image.
  public var transpose = 0.0
  /// The image is scaled by a factor between this and ``scaleMaximum``, relative to its size as it is segmented. What is
  /// larger than the input is cropped at random; beside what is smaller nothing is labelled.
  public var scaleMinimum = 1.0
  public var scaleMaximum = 1.0
  /// Probability of cropping where a class is that was drawn from those of the image, each as likely as another, so that rare ones
  /// are seen as often as those that fill images. Without effect where the input holds the whole image.
  public var classCrop = 0.0
  /// Standard deviation of the displacements of 3×3 points along either axis, in pixels of the network's input, between which the
  /// image is deformed smoothly; 10 in Ronneberger et al. 2015, section 3.1.
  public var elasticDeformation = 0.0
  /// What is shown beyond the image's edge, where nothing is labelled. A network without padding always sees the image mirrored
  /// there.
  public var fill = FillMode.constant
  /// Hue is shifted by at most this fraction of the colour circle, either way.
  public var hue = 0.0
  /// Saturation is multiplied or divided by at most 1 + this.
  public var saturation = 0.0
  /// Value (brightness) is multiplied or divided by at most 1 + this.
  public var value = 0.0
  /// Normally distributed noise is added to the brightness of every pixel; its standard deviation is drawn for each image from 0
  /// to this, in levels of 0 to 255.
  public var noise = 0.0

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
    try check("transpose", transpose, 0...1)
    try check("scaleMaximum", scaleMaximum, 0.05...20)
    try check("scaleMinimum", scaleMinimum, 0.05...scaleMaximum)
    try check("classCrop", classCrop, 0...1)
    try check("elasticDeformation", elasticDeformation, 0...200)
    try check("hue", hue, 0...0.5)
    try check("saturation", saturation, 0...10)
    try check("value", value, 0...10)
    try check("noise", noise, 0...128)
  }
}
