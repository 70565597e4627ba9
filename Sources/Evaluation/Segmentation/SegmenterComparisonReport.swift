import Foundation

/// Segmenters on the same images: their figures, every two against each other, and the images on which they differ most.
public struct SegmenterComparisonReport: Sendable, Codable {
  public struct Entry: Sendable, Codable {
    public var name: String
    /// That training changes.
    public var parameters: Int
    public var millisecondsPerImage: Double
    /// With intervals.
    public var result: SegmentationResult

    public init(name: String, parameters: Int, millisecondsPerImage: Double, result: SegmentationResult) {
      self.name = name
      self.parameters = parameters
      self.millisecondsPerImage = millisecondsPerImage
      self.result = result
    }
  }

  public struct Pair: Sendable, Codable {
    public var first: String
    public var second: String
    public var comparison: SegmenterComparison

    /// Which is better by how much and how sure that is.
    public var sentence: String {
      func points(_ share: Double) -> String { String(format: "%+.2f", 100 * share) }
      let difference = comparison.difference
      return "\(second) against \(first): \(points(difference.value)) points of mean IoU "
        + "(\(String(format: "%g", 100 * difference.level)) %: \(points(difference.lower)) to "
        + "\(points(difference.upper))), better on \(comparison.betterSecond) images against \(comparison.betterFirst)"
        + (comparison.isClear ? "" : ": these images do not tell them apart")
    }
  }

  /// An image with the mean IoU of each entry, in their order.
  public struct Disagreement: Sendable, Codable, Hashable {
    public var image: String
    public var meanIoUs: [Double]

    /// How far the best and the worst lie apart.
    public var range: Double { (meanIoUs.max() ?? 0) - (meanIoUs.min() ?? 0) }
  }

  public var entries: [Entry]
  public var pairs: [Pair] = []
  /// Images that all of them could be asked about.
  public var imageCount: Int
  /// Those on which the entries lie furthest apart, these first.
  public var disagreements: [Disagreement] = []

  /// Images that are kept of those on which entries differ.
  public static let mostDisagreements = 12

  /// - Parameters:
  ///   - images: of each entry; of images that another lacks nothing is compared.
  ///   - resamples: at least 1.
  public init(_ entries: [Entry], images: [[SegmentedImageFigures]], resamples: Int, seed: UInt64) {
    precondition(entries.count == images.count, "the images of every entry")
    self.entries = entries
    let named = images.map { Set($0.map(\.image)) }
    let known = named.dropFirst().reduce(named.first ?? []) { $0.intersection($1) }
    let common = images.map { $0.filter { known.contains($0.image) } }
    imageCount = common.first?.count ?? 0
    guard imageCount > 0 else { return }
    for second in entries.indices {
      for first in 0..<second {
        pairs.append(
          Pair(
            first: entries[first].name, second: entries[second].name,
            comparison: SegmenterComparison(common[first], common[second], resamples: resamples, seed: seed)))
      }
    }
    let all = common[0].indices.map { place in
      Disagreement(image: common[0][place].image, meanIoUs: common.map { $0[place].meanIoU })
    }
    disagreements = Array(
      all.filter { $0.range > 0 }.sorted { ($1.range, $0.image) < ($0.range, $1.image) }.prefix(Self.mostDisagreements))
  }
}
