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
    let resampled = (0..<resamples).map { resample -> Figures in
      var generator = SeededGenerator(seed: seed, stream: [UInt64(resample)])
      let drawn = images.indices.map { _ in generator.uniform(below: images.count) }
      return Figures(images, drawn)
    }
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

  /// The figures of one resample.
  private struct Figures {
    var pixels: PixelFigures
    var boundaryFScore: Double?
    var randFScore: Double?
    var variationOfInformation: Double?

    init(_ images: [SegmentedImageFigures], _ drawn: some Collection<Int>) {
      let none = [Int](repeating: 0, count: images[0].shown.count)
      var (shown, said, right) = (none, none, none)
      for image in drawn {
        for index in none.indices {
          shown[index] += images[image].shown[index]
          said[index] += images[image].said[index]
          right[index] += images[image].right[index]
        }
      }
      pixels = PixelFigures(shown: shown, said: said, right: right)
      boundaryFScore = drawn.compactMap { images[$0].boundaryFScore }.mean
      let regions = drawn.compactMap { images[$0].regions }
      randFScore = regions.map(\.randFScore).mean
      variationOfInformation = regions.map(\.variationOfInformation).mean
    }
  }
}
