import DetectionUtilities

/// Confidence intervals of a segmenter's figures over resampled images (percentile bootstrap; Efron & Tibshirani 1993).
///
/// A resample draws as many images as there are, and adds up their pixels before it divides.
public struct SegmentationIntervals: Sendable, Hashable, Codable {
  public var meanIoU: BootstrapInterval
  public var classAccuracy: BootstrapInterval
  public var pixelAccuracy: BootstrapInterval
  public var frequencyWeightedIoU: BootstrapInterval
  /// Nil where boundaries were not measured, or there is none.
  public var boundaryFScore: BootstrapInterval?
  /// Nil where regions were not measured, or there is none.
  public var randFScore: BootstrapInterval?
  /// Nil where regions were not measured, or there is none.
  public var variationOfInformation: BootstrapInterval?

  /// - Parameter resamples: at least 1.
  /// - Precondition: there is an image.
  public init(_ images: [SegmentedImageFigures], resamples: Int, level: Double = 0.95, seed: UInt64 = 0) {
    precondition(!images.isEmpty && resamples > 0, "intervals need an image and a resample")
    let whole = Figures(images, images.indices)
    let resampled = (0..<resamples).map { Figures(images, Self.draw($0, of: images.count, seed: seed)) }
    func interval(_ figure: (Figures) -> Double) -> BootstrapInterval {
      BootstrapInterval(value: figure(whole), resampled: resampled.map(figure), level: level)
    }
    /// Resamples without a single image that has the figure are left out.
    func intervalOfMean(_ figure: (Figures) -> Double?) -> BootstrapInterval? {
      let values = resampled.compactMap(figure)
      guard let value = figure(whole), !values.isEmpty else { return nil }
      return BootstrapInterval(value: value, resampled: values, level: level)
    }
    meanIoU = interval(\.pixels.meanIoU)
    classAccuracy = interval(\.pixels.classAccuracy)
    pixelAccuracy = interval(\.pixels.pixelAccuracy)
    frequencyWeightedIoU = interval(\.pixels.frequencyWeightedIoU)
    boundaryFScore = intervalOfMean(\.boundaryFScore)
    randFScore = intervalOfMean(\.randFScore)
    variationOfInformation = intervalOfMean(\.variationOfInformation)
  }

  /// The images of a resample, the same for every segmenter.
  static func draw(_ resample: Int, of imageCount: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, stream: [UInt64(resample)])
    return (0..<imageCount).map { _ in generator.uniform(below: imageCount) }
  }

  /// The figures of one resample.
  private struct Figures {
    var pixels: PixelFigures
    var boundaryFScore: Double?
    var randFScore: Double?
    var variationOfInformation: Double?

    init(_ images: [SegmentedImageFigures], _ drawn: some Collection<Int>) {
      pixels = PixelFigures(images, drawn)
      boundaryFScore = drawn.compactMap { images[$0].boundaryFScore }.mean
      let regions = drawn.compactMap { images[$0].regions }
      randFScore = regions.map(\.randFScore).mean
      variationOfInformation = regions.map(\.variationOfInformation).mean
    }
  }
}
