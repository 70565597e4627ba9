import DetectionUtilities

/// Two segmenters on the same images: how far their mean IoU lie apart, and how sure that is.
public struct SegmenterComparison: Sendable, Codable, Hashable {
  /// Mean IoU of the second less that of the first, with its interval over resamples that draw the same images for both (paired
  /// bootstrap; Efron & Tibshirani 1993).
  public let difference: BootstrapInterval
  /// Images on which only one of them has the larger mean IoU.
  public let betterFirst: Int
  public let betterSecond: Int

  /// - Precondition: both are of the same images in the same order, of which there is one; `resamples` is at least 1.
  public init(
    _ first: [SegmentedImageFigures], _ second: [SegmentedImageFigures], resamples: Int = 1000, seed: UInt64 = 0
  ) {
    precondition(
      !first.isEmpty && first.map(\.image) == second.map(\.image), "figures of other images, or in another order")
    func difference(_ drawn: some Collection<Int>) -> Double {
      PixelFigures(second, drawn).meanIoU - PixelFigures(first, drawn).meanIoU
    }
    let resampled = (0..<resamples).map {
      difference(SegmentationIntervals.draw($0, of: first.count, seed: seed))
    }
    self.difference = BootstrapInterval(value: difference(first.indices), resampled: resampled)
    let pairs = zip(first, second)
    betterFirst = pairs.count { $0.meanIoU > $1.meanIoU }
    betterSecond = pairs.count { $0.meanIoU < $1.meanIoU }
  }

  /// Whether the images tell the two apart: the interval does not hold 0.
  public var isClear: Bool { difference.lower > 0 || difference.upper < 0 }
}
